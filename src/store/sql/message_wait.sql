-- A message goes to a state it may leave by being tried again: queued, deferred, held, in_doubt.
-- $next NULL: as it was. $sender NULL: nobody holds it.
UPDATE message
SET state = $to, reason = $reason, next = COALESCE($next, next), tries = tries + $charged,
    sender = NULL
WHERE edition = $edition AND subscriber = $subscriber AND state = $from
  AND sender IS NOT DISTINCT FROM $sender

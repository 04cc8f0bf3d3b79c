-- A message reaches a state from which nothing is tried by itself. $sender NULL: nobody holds it.
UPDATE message
SET state = $to, reason = $reason, next = NULL, tries = tries + $charged, sender = NULL
WHERE edition = $edition AND subscriber = $subscriber AND state = $from
  AND sender IS NOT DISTINCT FROM $sender

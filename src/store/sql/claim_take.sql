-- Leases one message that waits.
UPDATE message SET state = $to, sender = $sender
WHERE edition = $edition AND subscriber = $subscriber AND state = $from

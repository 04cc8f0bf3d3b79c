-- Leased to on_wire: the lease stays.
UPDATE message SET state = $to
WHERE edition = $edition AND subscriber = $subscriber AND state = $from AND sender = $sender

-- What still waits of a slice, long past its deadline: its edition was held, or nobody sent.
UPDATE message SET state = $to, reason = $reason, next = NULL
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND state = $from AND sender IS NULL AND due <= $due

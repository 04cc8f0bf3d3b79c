-- The messages that retention_messages gives: they are in the history now.
DELETE FROM message
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND sender IS NULL AND state NOT IN (0, 2, 3, 4, 6) AND due <= $due

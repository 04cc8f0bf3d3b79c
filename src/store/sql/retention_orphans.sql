-- Attempts of a slice whose message is gone.
DELETE FROM attempt
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND NOT EXISTS (SELECT 1 FROM message m
                  WHERE m.edition = attempt.edition AND m.subscriber = attempt.subscriber)

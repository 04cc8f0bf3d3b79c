-- Attempts of a slice whose time is over: those by which a message was sent (verdict 0) sooner.
DELETE FROM attempt
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND (at < $other_before OR (verdict = 0 AND at < $sent_before))

-- The messages of a slice that may be compacted: in nobody's hand, not waiting (0, 2, 6).
SELECT subscriber, state, reason FROM message
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND sender IS NULL AND state NOT IN (0, 2, 3, 4, 6) AND due <= $due
ORDER BY subscriber

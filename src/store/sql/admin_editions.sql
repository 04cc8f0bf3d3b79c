-- The editions an administrator selected; $edition and $newsletter NULL: any.
SELECT id, phase, held, valid_for FROM edition
WHERE (CAST($edition AS BIGINT) IS NULL OR id = $edition)
  AND (CAST($newsletter AS BIGINT) IS NULL OR newsletter = $newsletter)
ORDER BY id

-- How many that wait of an edition are past their deadline.
SELECT count(*)
FROM message m JOIN edition e ON e.id = m.edition
WHERE m.edition = $edition AND m.state IN (0, 2) AND m.due + e.valid_for < CAST($now AS BIGINT)

-- The operator is told, once.
UPDATE edition SET reported = $now WHERE id = $id AND reported IS NULL

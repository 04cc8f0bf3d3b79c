-- The words of bounces, to look for an address in them.
SELECT id, words FROM bounce WHERE id > $after AND words <> '' ORDER BY id LIMIT $most

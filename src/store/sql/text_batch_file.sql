-- The names of imported files, to look for an address in them.
SELECT id, file FROM batch WHERE id > $after ORDER BY id LIMIT $most

-- What operators said of imports, to look for an address in it.
SELECT id, source FROM batch WHERE id > $after ORDER BY id LIMIT $most

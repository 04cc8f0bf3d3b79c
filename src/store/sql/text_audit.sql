-- What acts were about, to look for an address in it.
SELECT id, subject FROM audit WHERE id > $after ORDER BY id LIMIT $most

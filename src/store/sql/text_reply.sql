-- Servers' replies, to look for an address in them.
SELECT id, text FROM reply WHERE id > $after ORDER BY id LIMIT $most

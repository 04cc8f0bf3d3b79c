-- The senders there are, or the one of a number, with where they run.
SELECT id, host, pid, started, until FROM sender
WHERE (CAST($id AS BIGINT) IS NULL OR id = $id)
ORDER BY id

-- All senders, to find the dead.
SELECT id, host, until FROM sender ORDER BY id

-- Whose messages a process has on the wire.
SELECT subscriber FROM message
WHERE edition = $edition AND state = 4 AND sender IN (SELECT id FROM sender WHERE pid = $pid)

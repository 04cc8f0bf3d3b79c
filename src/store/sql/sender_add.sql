-- A sender begins; its lock file is held already.
INSERT INTO sender (id, host, pid, started, until) VALUES ($id, $host, $pid, $started, $until)

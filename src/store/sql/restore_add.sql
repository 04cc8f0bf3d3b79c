-- The database has come out of a backup: its quarantine begins.
INSERT INTO restore (id, at, taken, source) VALUES ($id, $at, $taken, $source)

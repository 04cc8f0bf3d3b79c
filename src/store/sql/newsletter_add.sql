-- A newsletter seen for the first time.
INSERT INTO newsletter (id, name) VALUES ($id, $name)

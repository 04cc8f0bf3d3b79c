-- A relay that was not used before.
INSERT INTO relay (id, name) VALUES ($id, $name)

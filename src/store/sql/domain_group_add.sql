-- A domain group nobody belonged to before.
INSERT INTO domain_group (id, name) VALUES ($id, $name)

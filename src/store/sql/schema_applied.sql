-- Notes a migration as done, in its own transaction.
INSERT INTO schema_migration (number, name, applied) VALUES ($number, $name, $applied)

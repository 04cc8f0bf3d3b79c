-- The newest migration this database has had; 0 before the first.
SELECT COALESCE(MAX(number), 0) FROM schema_migration

-- The next domain group after one.
SELECT id, name FROM domain_group WHERE id > $after ORDER BY id LIMIT 1

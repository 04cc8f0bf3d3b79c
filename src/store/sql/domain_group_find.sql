-- The id of a domain group.
SELECT id FROM domain_group WHERE name = $name

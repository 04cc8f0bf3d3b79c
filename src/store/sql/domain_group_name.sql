-- The name of a domain group.
SELECT name FROM domain_group WHERE id = $id

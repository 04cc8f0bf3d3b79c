-- A relay's health by its name.
SELECT id, failures, since, failed, again, refuses, proven, trouble, blocked
FROM relay WHERE name = $name

-- The id of a newsletter by its name in the configuration.
SELECT id FROM newsletter WHERE name = $name

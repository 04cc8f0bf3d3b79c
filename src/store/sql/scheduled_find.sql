-- A newsletter that the scheduler looks after, and since when.
SELECT n.id, s.since
FROM newsletter n JOIN scheduled s ON s.newsletter = n.id
WHERE n.name = $name

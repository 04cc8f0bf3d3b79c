-- The oldest digest or alert of a newsletter whose fan-out is not complete.
SELECT d.edition FROM digest d JOIN edition e ON e.id = d.edition
WHERE d.newsletter = $newsletter AND e.phase = 0
ORDER BY d.edition LIMIT 1

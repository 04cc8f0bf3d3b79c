-- An edition that was held because it was refused, of which the operator was not told.
SELECT t.edition, t.untold, t.sent, t.refused, t.blocked, e.slug, e.held_why, n.name
FROM edition_tally t
JOIN edition e ON e.id = t.edition
JOIN newsletter n ON n.id = e.newsletter
WHERE t.untold IS NOT NULL ORDER BY t.edition LIMIT 1

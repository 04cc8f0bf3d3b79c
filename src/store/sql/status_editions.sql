-- The newest edition of each newsletter, notices (class 0) apart, and every edition that is held.
SELECT n.name, e.id, e.slug, e.phase, e.held, e.released,
       e.id = (SELECT max(y.id) FROM edition y WHERE y.newsletter = n.id AND y.class <> 0),
       e.held_why
FROM edition e JOIN newsletter n ON n.id = e.newsletter
WHERE e.held = 1
   OR e.id = (SELECT max(z.id) FROM edition z WHERE z.newsletter = n.id AND z.class <> 0)
ORDER BY n.name, e.id

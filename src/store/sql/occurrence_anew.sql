-- What was told of an issue was of the edition that makes room for another: the other is watched anew.
UPDATE occurrence SET changed = 0, overdue = 0
WHERE slug = $slug AND newsletter = (SELECT e.newsletter FROM edition e WHERE e.id = $edition)

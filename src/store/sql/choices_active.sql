-- The distinct choices of content among a newsletter's active subscribers.
SELECT DISTINCT p.topics, p.format
FROM newsletter n
JOIN subscription s ON s.newsletter = n.id
JOIN prefs p ON p.id = s.prefs
WHERE n.name = $name AND s.status = 1
ORDER BY p.topics, p.format

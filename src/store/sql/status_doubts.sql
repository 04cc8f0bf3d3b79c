-- Messages whose fate nobody knows (5), of the newest edition first.
SELECT m.edition, m.subscriber, n.name, e.slug
FROM message m
JOIN edition e ON e.id = m.edition
JOIN newsletter n ON n.id = e.newsletter
WHERE m.state = 5
ORDER BY m.edition DESC, m.subscriber
LIMIT $most

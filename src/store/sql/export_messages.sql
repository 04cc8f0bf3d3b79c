-- All messages of one person.
SELECT e.id, n.name, e.slug, e.subject, m.state, m.reason, m.due, m.tries
FROM edition e
CROSS JOIN message m
JOIN newsletter n ON n.id = e.newsletter
WHERE m.edition = e.id AND m.subscriber = $subscriber
ORDER BY e.id

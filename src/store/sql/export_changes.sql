-- How one person's subscriptions stood before imports changed them.
SELECT c.batch, n.name, c.status, p.topics, p.at, p.zone
FROM batch b
JOIN batch_change c ON c.batch = b.id AND c.subscriber = $subscriber
JOIN newsletter n ON n.id = c.newsletter
JOIN prefs p ON p.id = c.prefs
ORDER BY c.batch, n.name

-- One message, with its edition's and subscriber's names.
SELECT n.name, e.slug, s.address, m.state, m.reason, m.due, m.next, m.tries, e.valid_for, m.variant
FROM message m
JOIN edition e ON e.id = m.edition
JOIN newsletter n ON n.id = e.newsletter
JOIN subscriber s ON s.id = m.subscriber
WHERE m.edition = $edition AND m.subscriber = $subscriber

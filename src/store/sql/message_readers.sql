-- Every message of an edition with its subscriber's choice, by address.
SELECT s.address, p.topics, p.format, m.variant, m.state, m.reason
FROM message m
JOIN edition e ON e.id = m.edition
JOIN subscriber s ON s.id = m.subscriber
JOIN subscription u ON u.newsletter = e.newsletter AND u.subscriber = m.subscriber
JOIN prefs p ON p.id = u.prefs
WHERE m.edition = $edition
ORDER BY s.address_key

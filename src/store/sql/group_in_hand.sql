-- How many messages of each domain group senders have in hand.
SELECT s.domain_group, COUNT(*)
FROM message m JOIN subscriber s ON s.id = m.subscriber
WHERE m.sender IS NOT NULL AND m.state IN (3, 4)
GROUP BY s.domain_group ORDER BY s.domain_group

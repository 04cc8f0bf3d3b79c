-- How many messages of each domain group senders have in hand.
SELECT domain_group, COUNT(*) FROM message
WHERE sender IS NOT NULL AND state IN (3, 4)
GROUP BY domain_group ORDER BY domain_group

-- Signups from before then that are pending still.
SELECT o.newsletter, o.subscriber
FROM optin o
JOIN subscription u ON u.newsletter = o.newsletter AND u.subscriber = o.subscriber
WHERE o.since < $before AND u.status = 0
ORDER BY o.since, o.newsletter, o.subscriber
LIMIT $most

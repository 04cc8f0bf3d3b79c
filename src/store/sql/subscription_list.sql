-- All that one person has or had, by newsletter.
SELECT u.newsletter, n.name, u.status, p.topics, p.format, p.cadence, p.at, p.zone, u.changed,
       u.paused_until
FROM newsletter n
JOIN subscription u ON u.newsletter = n.id
JOIN prefs p ON p.id = u.prefs
WHERE u.subscriber = $subscriber
ORDER BY n.name

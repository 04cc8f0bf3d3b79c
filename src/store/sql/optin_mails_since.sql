-- How many confirmations and reminders (audience 1) one person was to get since then, of all
-- newsletters together. Cancelled ones (12) were never sent.
SELECT count(*)
FROM edition e
JOIN message m ON m.edition = e.id AND m.subscriber = $subscriber
WHERE e.phase = 1 AND e.class = 0 AND e.audience = 1 AND m.due > $since AND m.state <> 12

-- How many messages of a newsletter wait for one person: queued 0, deferred 2, held 6.
SELECT count(*)
FROM edition e
JOIN message m ON m.edition = e.id AND m.subscriber = $subscriber
WHERE e.newsletter = $newsletter AND m.state IN (0, 2, 6)

-- How many messages of a newsletter wait for one subscriber: queued 0, deferred 2, held 6. A goodbye
-- (audience 2) goes to who is none any more.
SELECT count(*)
FROM edition e
JOIN message m ON m.edition = e.id AND m.subscriber = $subscriber
WHERE e.newsletter = $newsletter AND e.audience IN (0, 1) AND m.state IN (0, 2, 6)

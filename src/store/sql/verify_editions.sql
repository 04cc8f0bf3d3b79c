-- Messages of an edition that is not there.
SELECT count(*), min(edition), min(subscriber) FROM message
WHERE NOT EXISTS (SELECT 1 FROM edition e WHERE e.id = message.edition)

-- Attempts whose reply is not there.
SELECT count(*), min(edition), min(subscriber) FROM attempt
WHERE NOT EXISTS (SELECT 1 FROM reply r WHERE r.id = attempt.reply)

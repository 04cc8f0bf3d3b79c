-- Attempts of a message that is not there.
SELECT count(*), min(edition), min(subscriber) FROM attempt
WHERE NOT EXISTS (SELECT 1 FROM message m
                  WHERE m.edition = attempt.edition AND m.subscriber = attempt.subscriber)

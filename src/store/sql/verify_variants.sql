-- Messages whose variant is not there, or of another edition.
SELECT count(*), min(edition), min(subscriber) FROM message
WHERE variant IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM variant v WHERE v.id = message.variant AND v.edition = message.edition)

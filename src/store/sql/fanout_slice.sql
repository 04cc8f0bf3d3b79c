-- One message per active subscriber of the slice: queued (0) with a variant, else skipped (13)
-- with the reason. A row that is there already stays as it is.
INSERT INTO message (edition, subscriber, variant, state, reason, due, next)
SELECT c.edition, s.subscriber, c.variant,
       CASE WHEN c.variant IS NULL THEN 13 ELSE 0 END, c.reason, c.due,
       CASE WHEN c.variant IS NULL THEN NULL ELSE c.due END
FROM subscription s
JOIN selection c ON c.edition = $edition AND c.prefs = s.prefs
WHERE s.newsletter = $newsletter AND s.subscriber > $after AND s.subscriber <= $upto
  AND s.status = 1
ORDER BY s.subscriber
ON CONFLICT DO NOTHING

-- One message per active subscriber of the slice: queued (0) with a variant, else skipped (13)
-- with the reason; skipped too who is paused (15) when it is due. A row that is there
-- already stays as it is.
INSERT INTO message (edition, subscriber, variant, state, reason, due, next,
                     domain_group)
SELECT c.edition, s.subscriber,
       CASE WHEN s.paused_until <= c.due * 1000000 THEN c.variant END,
       CASE WHEN s.paused_until <= c.due * 1000000 AND c.variant IS NOT NULL THEN 0 ELSE 13 END,
       CASE WHEN s.paused_until <= c.due * 1000000 OR c.variant IS NULL THEN c.reason ELSE 15 END,
       c.due,
       CASE WHEN s.paused_until <= c.due * 1000000 AND c.variant IS NOT NULL THEN c.due END,
       p.domain_group
FROM subscription s
JOIN selection c ON c.edition = $edition AND c.prefs = s.prefs
JOIN subscriber p ON p.id = s.subscriber
WHERE s.newsletter = $newsletter AND s.subscriber > $after AND s.subscriber <= $upto
  AND s.status = 1
ORDER BY s.subscriber
ON CONFLICT DO NOTHING

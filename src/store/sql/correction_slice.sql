-- fanout_slice for a correction: for those whose message of what it corrects is sent (1) or in doubt (5).
INSERT INTO message (edition, subscriber, variant, state, reason, due, next, lane)
SELECT c.edition, s.subscriber,
       CASE WHEN s.paused_until <= c.due * 1000000 THEN c.variant END,
       CASE WHEN s.paused_until <= c.due * 1000000 AND c.variant IS NOT NULL THEN 0 ELSE 13 END,
       CASE WHEN s.paused_until <= c.due * 1000000 OR c.variant IS NULL THEN c.reason ELSE 15 END,
       c.due,
       CASE WHEN s.paused_until <= c.due * 1000000 AND c.variant IS NOT NULL THEN c.due END,
       CASE WHEN EXISTS (SELECT 1 FROM domain_group g WHERE g.apart = 1)
            THEN COALESCE((SELECT l.lane FROM subscriber_lane l
                           WHERE l.subscriber = s.subscriber), 0)
            ELSE 0 END
FROM subscription s
JOIN selection c ON c.edition = $edition AND c.prefs = s.prefs
WHERE s.newsletter = $newsletter AND s.subscriber > $after AND s.subscriber <= $upto
  AND s.status = 1
  AND EXISTS (SELECT 1 FROM edition e JOIN message o ON o.edition = e.corrects
              WHERE e.id = $edition AND o.subscriber = s.subscriber AND o.state IN (1, 5))
ORDER BY s.subscriber
ON CONFLICT DO NOTHING

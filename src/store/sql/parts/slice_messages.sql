-- One message per active subscriber of the slice: queued (0) with a variant, else skipped (13)
-- with the reason; skipped too who is paused (15) when it is due. Who is in which lane is looked up only
-- where there are lanes. A statement may narrow the readers further and ends it.
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

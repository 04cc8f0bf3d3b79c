-- One message per reader of a digest in the slice: queued (0) with a variant; else skipped (13):
-- nothing new in it for them, or they are paused (15), or another of this blog is under way to
-- them, or made later, (19) and the next digest has it all. A row that is there already stays as it is.
INSERT INTO message (edition, subscriber, variant, state, reason, due, next, lane)
SELECT w.edition, w.subscriber,
       CASE WHEN w.why = 0 THEN w.variant END,
       CASE WHEN w.why = 0 THEN 0 ELSE 13 END,
       w.why, w.due,
       CASE WHEN w.why = 0 THEN w.due END,
       COALESCE((SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = w.subscriber), 0)
FROM (SELECT v.edition AS edition, v.subscriber AS subscriber, c.variant AS variant,
             coalesce(c.due, CAST($now AS BIGINT)) AS due,
             CASE WHEN v.busy = 1 OR v.late = 1 THEN 19
                  WHEN c.variant IS NULL THEN c.reason
                  WHEN v.paused_until > c.due * 1000000 THEN 15
                  ELSE 0 END AS why
      FROM digest_reader v
      LEFT JOIN selection c ON c.edition = v.edition AND c.prefs = v.prefs
                           AND c.since = v.since AND c.alerts = v.alerts
      WHERE v.edition = $edition AND v.subscriber > $after AND v.subscriber <= $upto
        AND (v.busy = 1 OR v.late = 1 OR c.edition IS NOT NULL)) AS w
WHERE TRUE
ON CONFLICT DO NOTHING

-- One message per reader of a digest in the slice: queued (0) with a variant; else skipped (13):
-- nothing new in it for them, or they are paused (15), or another of this blog is under way to
-- them, or made later, (19) and the next digest has it all. A row that is there already stays as it is.
-- Who has an hour of their own gets it then; at once where their hour has come for what it supersedes
-- (12, 18), which could not be sent so far.
INSERT INTO message (edition, subscriber, variant, state, reason, due, next, lane)
SELECT w.edition, w.subscriber,
       CASE WHEN w.why = 0 THEN w.variant END,
       CASE WHEN w.why = 0 THEN 0 ELSE 13 END,
       w.why, w.due,
       CASE WHEN w.why = 0 THEN w.due END,
       COALESCE((SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = w.subscriber), 0)
FROM (SELECT r.edition AS edition, r.subscriber AS subscriber, r.variant AS variant, r.due AS due,
             CASE WHEN r.passed = 1 THEN 19
                  WHEN r.variant IS NULL THEN r.reason
                  WHEN r.paused_until > r.due * 1000000 THEN 15
                  ELSE 0 END AS why
      FROM (SELECT v.edition AS edition, v.subscriber AS subscriber, v.paused_until AS paused_until,
                   CASE WHEN v.busy = 1 OR v.late = 1 THEN 1 ELSE 0 END AS passed,
                   c.variant AS variant, c.reason AS reason,
                   CASE WHEN c.due IS NULL
                          OR (c.due > CAST($now AS BIGINT)
                              AND EXISTS (SELECT 1
                                          FROM digest g
                                          JOIN digest d ON d.newsletter = g.newsletter
                                                       AND d.blog = g.blog
                                                       AND d.edition < g.edition
                                                       AND d.cutoff > v.since
                                          JOIN message o ON o.edition = d.edition
                                                        AND o.subscriber = v.subscriber
                                          WHERE g.edition = v.edition AND o.state = 12
                                            AND o.reason = 18 AND o.due <= CAST($now AS BIGINT)))
                        THEN CAST($now AS BIGINT) ELSE c.due END AS due
            FROM digest_reader v
            LEFT JOIN selection c ON c.edition = v.edition AND c.prefs = v.prefs
                                 AND c.since = v.since AND c.alerts = v.alerts
            WHERE v.edition = $edition AND v.subscriber > $after AND v.subscriber <= $upto
              AND (v.busy = 1 OR v.late = 1 OR c.edition IS NOT NULL)) AS r) AS w
WHERE TRUE
ON CONFLICT DO NOTHING

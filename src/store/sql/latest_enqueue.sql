-- An issue for one person who was not there when it was queued: what their choice leads to, if
-- that is anything. Due $now, or as their choice says while the issue is not released. Nothing when
-- they had it.
INSERT INTO message (edition, subscriber, variant, state, due, next, lane)
SELECT n.edition, s.id, n.variant, 0, n.due, n.due, COALESCE((SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = s.id), 0)
FROM (SELECT c.edition AS edition, c.variant AS variant,
             CASE WHEN e.released > CAST($now AS BIGINT) * 1000000 THEN c.due
                  ELSE CAST($now AS BIGINT) END AS due
      FROM selection c JOIN edition e ON e.id = c.edition
      WHERE c.edition = $edition AND c.prefs = $prefs AND c.variant IS NOT NULL) AS n
JOIN subscriber s ON s.id = $subscriber
WHERE TRUE
{revived}

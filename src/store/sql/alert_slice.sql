-- One message per subscriber of the slice who asked for alerts, is not paused, and has not got the
-- entry in a later digest already. A row that is there already stays as it is.
INSERT INTO message (edition, subscriber, variant, state, due, next, lane)
SELECT v.edition, v.subscriber, c.variant, 0, c.due, c.due, 
       COALESCE((SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = v.subscriber), 0)
FROM digest_reader v
JOIN selection c ON c.edition = v.edition AND c.prefs = v.prefs AND c.absent = 0
WHERE v.edition = $edition AND v.subscriber > $after AND v.subscriber <= $upto
  AND v.late = 0 AND v.paused_until <= c.due * 1000000
ON CONFLICT DO NOTHING

-- An issue for one person who was not there when it was queued: what their choice leads to, if
-- that is anything. Due $now, or as their choice says while the issue is not released.
INSERT INTO message (edition, subscriber, variant, state, due, next)
SELECT c.edition, CAST($subscriber AS BIGINT), c.variant, 0,
       CASE WHEN e.released > CAST($now AS BIGINT) * 1000000 THEN c.due ELSE $now END,
       CASE WHEN e.released > CAST($now AS BIGINT) * 1000000 THEN c.due ELSE $now END
FROM selection c
JOIN edition e ON e.id = c.edition
WHERE c.edition = $edition AND c.prefs = $prefs AND c.variant IS NOT NULL
ON CONFLICT DO NOTHING

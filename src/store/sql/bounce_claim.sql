-- Takes what nobody has judged into one hand until $until: the new ones, or one of those that were
-- begun before ($begun 1).
UPDATE bounce SET tries = tries + 1, until = $until
WHERE result = 0 AND (until IS NULL OR until <= $now)
  AND id IN (SELECT id FROM bounce
             WHERE result IN (0, 9) AND result = 0 AND (until IS NULL OR until <= $now)
               AND CASE WHEN tries > 0 THEN 1 ELSE 0 END = $begun
             ORDER BY id LIMIT $max)
RETURNING id, tries

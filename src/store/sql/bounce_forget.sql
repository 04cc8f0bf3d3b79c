-- What was judged before then and suspends nobody to this day.
DELETE FROM bounce
WHERE id IN (SELECT id FROM bounce WHERE at < $before AND effect = 0 AND result NOT IN (0, 9)
             ORDER BY id LIMIT $max)

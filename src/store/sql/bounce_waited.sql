-- What has waited long enough.
SELECT id FROM bounce WHERE result IN (0, 9) AND result = 9 AND until <= $now
ORDER BY id LIMIT $max

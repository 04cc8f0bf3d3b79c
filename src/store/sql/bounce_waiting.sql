-- Whether anything may be judged now.
SELECT 1 FROM bounce WHERE result IN (0, 9) AND (until IS NULL OR until <= $now) LIMIT 1

-- What may be judged anew, in the order in which it came.
SELECT id FROM bounce
WHERE id > $after AND result IN (1, 2, 7, 9, 10, 12) ORDER BY id LIMIT $max

-- What counts against a subscriber, oldest first.
SELECT id, at, kind, disputed FROM bounce
WHERE subscriber = $subscriber AND result = 1
ORDER BY at, id

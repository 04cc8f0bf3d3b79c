-- Nothing that came back so far counts against the subscriber any more.
UPDATE bounce SET result = $lifted, until = NULL, effect = 0
WHERE subscriber = $subscriber AND result IN (1, 9)

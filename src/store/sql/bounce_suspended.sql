-- Whether a bounce has suspended the subscriber, and that was not lifted: which.
SELECT id FROM bounce WHERE subscriber = $subscriber AND effect = 1
ORDER BY id DESC LIMIT 1

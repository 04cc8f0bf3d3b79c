-- The addresses that a person had before, the latest first.
SELECT source FROM consent
WHERE subscriber = $subscriber AND newsletter = 0 AND event = 10 AND source <> ''
ORDER BY number DESC LIMIT $most

-- Names that imports of before then changed, so many at once: they are for undoing them.
DELETE FROM batch_name
WHERE (batch, subscriber) IN (SELECT n.batch, n.subscriber
                              FROM batch b JOIN batch_name n ON n.batch = b.id
                              WHERE b.started < $before LIMIT $most)

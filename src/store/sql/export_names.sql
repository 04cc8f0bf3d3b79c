-- The names that imports changed for one person.
SELECT n.batch, n.before, n.after FROM batch b
JOIN batch_name n ON n.batch = b.id AND n.subscriber = $subscriber
ORDER BY n.batch

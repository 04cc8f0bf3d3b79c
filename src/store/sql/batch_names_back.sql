-- Gives people the names back that they had before a batch, where nobody has changed them since.
UPDATE subscriber
SET name = (SELECT n.before FROM batch_name n
            WHERE n.batch = $batch AND n.subscriber = subscriber.id)
WHERE id IN (SELECT n.subscriber FROM batch_name n JOIN subscriber s ON s.id = n.subscriber
             WHERE n.batch = $batch AND s.name = n.after AND s.erased IS NULL)

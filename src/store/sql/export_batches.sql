-- The imports that one person came by or was changed by.
SELECT DISTINCT b.id, b.how, b.source, b.file, b.started
FROM consent c JOIN batch b ON b.id = c.batch
WHERE c.subscriber = $subscriber ORDER BY b.id

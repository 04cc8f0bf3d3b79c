-- The consent ledger of one person, newsletter by newsletter, in order. What stands at the batch holds for its lines.
SELECT c.at, n.name, c.event, c.how,
       CASE WHEN c.source <> '' THEN c.source ELSE COALESCE(b.source, '') END,
       c.batch, b.file, c.wording, c.basis
FROM consent c
LEFT JOIN newsletter n ON n.id = c.newsletter
LEFT JOIN batch b ON b.id = c.batch
WHERE c.subscriber = $subscriber
ORDER BY c.newsletter, c.number

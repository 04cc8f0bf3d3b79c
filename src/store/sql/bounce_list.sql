-- What came back and was selected, oldest first.
SELECT b.id, b.at, b.source, b.result, b.kind, s.address, n.name, b.edition, b.subscriber, b.status,
       b.reason, b.rule, b.words, b.effect, b.address
FROM bounce b
LEFT JOIN subscriber s ON s.id = b.subscriber
LEFT JOIN edition e ON e.id = b.edition
LEFT JOIN newsletter n ON n.id = e.newsletter
WHERE {bounces_wanted}
ORDER BY b.id
LIMIT $most

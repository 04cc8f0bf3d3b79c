-- Whom the selected bounces suspended, and nobody has reinstated.
SELECT DISTINCT b.subscriber
FROM bounce b
LEFT JOIN edition e ON e.id = b.edition
WHERE b.effect = 1 AND {bounces_wanted}
ORDER BY b.subscriber
LIMIT $most

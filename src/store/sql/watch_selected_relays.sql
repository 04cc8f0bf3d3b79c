-- Attempts at the selected messages of an edition by relay: how many, and by how many a message was sent
-- (verdict 0).
SELECT t.relay, count(*), sum(CASE WHEN t.verdict = 0 THEN 1 ELSE 0 END)
FROM message m
JOIN edition e ON e.id = m.edition
JOIN subscriber s ON s.id = m.subscriber
JOIN attempt t ON t.edition = m.edition AND t.subscriber = m.subscriber
WHERE m.edition = $edition AND {selected}
GROUP BY t.relay ORDER BY t.relay

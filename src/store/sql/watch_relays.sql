-- Attempts of an edition by relay: how many, and by how many a message was sent (verdict 0).
SELECT relay, count(*), sum(CASE WHEN verdict = 0 THEN 1 ELSE 0 END)
FROM attempt WHERE edition = $edition GROUP BY relay ORDER BY relay

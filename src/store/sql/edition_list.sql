-- Editions, newest first, with how many messages they have, wait, and were sent, compacted ones
-- included; notices (class 0) only where asked for.
SELECT e.id, n.name, e.slug, e.phase, e.held,
       count(m.edition) + COALESCE((SELECT CAST(sum(t.messages) AS BIGINT) FROM edition_total t
                                    WHERE t.edition = e.id AND t.state <> 13), 0),
       count(CASE WHEN m.state IN (0, 2, 3, 4, 6) THEN 1 END),
       count(CASE WHEN m.state IN (1, 8, 9) THEN 1 END)
       + COALESCE((SELECT CAST(sum(t.messages) AS BIGINT) FROM edition_total t
                   WHERE t.edition = e.id AND t.state IN (1, 8, 9)), 0),
       e.released, e.subject, e.held_why
FROM edition e
JOIN newsletter n ON n.id = e.newsletter
LEFT JOIN message m ON m.edition = e.id AND m.state <> 13
WHERE e.class <> 0 OR CAST($notices AS BIGINT) = 1
GROUP BY e.id, n.name, e.slug, e.phase, e.held, e.released, e.subject, e.held_why
ORDER BY e.id DESC

-- The editions of which something waits or is in doubt: queued 0, deferred 2, held 6, in doubt 5.
-- `live` counts what is not past its deadline and would be sent.
SELECT e.id, n.name, e.slug, e.subject, e.held, max(m.due) + e.valid_for AS deadline,
       sum(CASE WHEN m.state IN (0, 2) THEN 1 ELSE 0 END) AS waiting,
       sum(CASE WHEN m.state IN (0, 2) AND m.due + e.valid_for > $now THEN 1 ELSE 0 END) AS live,
       sum(CASE WHEN m.state = 6 THEN 1 ELSE 0 END) AS held_messages,
       sum(CASE WHEN m.state = 5 THEN 1 ELSE 0 END) AS in_doubt
FROM edition e
JOIN newsletter n ON n.id = e.newsletter
JOIN message m ON m.edition = e.id
WHERE e.phase <> 2 AND m.state IN (0, 2, 5, 6)
GROUP BY e.id, n.name, e.slug, e.subject, e.held, e.valid_for
ORDER BY e.id

-- How many messages might be sent now, and since when the longest waits.
SELECT count(*), min(m.next)
FROM message m JOIN edition e ON e.id = m.edition
WHERE m.state IN (0, 2) AND m.next <= $now AND e.phase = 1 AND e.held = 0

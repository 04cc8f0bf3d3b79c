-- A cancelled edition of which something waits. Jumps from edition to edition in the index of what waits.
WITH RECURSIVE line (state, edition) AS (
    SELECT 0, MIN(edition) FROM message WHERE state IN (0, 2) AND state = 0
    UNION ALL
    SELECT 2, MIN(edition) FROM message WHERE state IN (0, 2) AND state = 2
    UNION ALL
    SELECT line.state, (SELECT MIN(m.edition) FROM message m
                        WHERE m.state IN (0, 2) AND m.state = line.state
                          AND m.edition > line.edition)
    FROM line WHERE line.edition IS NOT NULL
)
SELECT e.id FROM line JOIN edition e ON e.id = line.edition
WHERE e.phase = 2 ORDER BY e.id LIMIT 1

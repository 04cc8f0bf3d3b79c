-- The open editions that are not held and have rows waiting in a state, in the order they are
-- served: class, then deadline; none while the database is in quarantine. Jumps from edition to
-- edition in the index of what waits.
WITH RECURSIVE line (edition) AS (
    SELECT MIN(edition) FROM message WHERE state IN (0, 2) AND state = $state
    UNION ALL
    SELECT (SELECT MIN(m.edition) FROM message m
            WHERE m.state IN (0, 2) AND m.state = $state AND m.edition > line.edition)
    FROM line WHERE line.edition IS NOT NULL
)
SELECT e.id, e.newsletter, e.class, e.valid_for, e.audience
FROM line JOIN edition e ON e.id = line.edition
WHERE e.phase = 1 AND e.held = 0
  AND NOT EXISTS (SELECT 1 FROM restore r WHERE r.released IS NULL)
ORDER BY e.class, e.released / 1000000 + e.valid_for, e.id

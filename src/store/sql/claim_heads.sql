-- When the first message may be tried that waits in each lane of an edition. Jumps from lane
-- to lane in the index of what waits.
WITH RECURSIVE head (lane) AS (
    SELECT MIN(m.lane) FROM message m
    WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
    UNION ALL
    SELECT (SELECT MIN(m.lane) FROM message m
            WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
              AND m.lane > head.lane)
    FROM head WHERE head.lane IS NOT NULL
)
SELECT (SELECT MIN(m.next) FROM message m
        WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
          AND m.lane = head.lane)
FROM head WHERE head.lane IS NOT NULL

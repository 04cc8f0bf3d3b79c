-- When the first message may be tried that waits in each domain group of an edition. Jumps from group
-- to group in the index of what waits.
WITH RECURSIVE head (domain_group) AS (
    SELECT MIN(m.domain_group) FROM message m
    WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
    UNION ALL
    SELECT (SELECT MIN(m.domain_group) FROM message m
            WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
              AND m.domain_group > head.domain_group)
    FROM head WHERE head.domain_group IS NOT NULL
)
SELECT (SELECT MIN(m.next) FROM message m
        WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
          AND m.domain_group = head.domain_group)
FROM head WHERE head.domain_group IS NOT NULL

-- How many subscribers of a domain are mailed, or were until they went hard since then; counted up to $most.
SELECT COUNT(*) FROM (
    SELECT 1 FROM subscriber s
    WHERE s.domain = $domain AND (
        EXISTS (SELECT 1 FROM newsletter n
                JOIN subscription p ON p.newsletter = n.id AND p.subscriber = s.id
                WHERE p.status = 1)
        OR EXISTS (SELECT 1 FROM bounce b
                   WHERE b.subscriber = s.id AND b.at > $after AND b.kind = 2 AND b.result IN (1, 9)))
    LIMIT $most) AS mailed

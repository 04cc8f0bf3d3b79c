-- claim_waiting where several hosts claim at once: rows another is taking are passed over.
SELECT m.lane, m.next, m.subscriber, m.variant, m.due, m.tries,
       COALESCE(s.domain_group, 0), s.address, s.domain, s.name, n.status, n.paused_until,
       CASE WHEN EXISTS (SELECT 1 FROM suppression x WHERE x.hash = s.hash AND x.newsletter = 0)
              OR EXISTS (SELECT 1 FROM suppression x
                         WHERE x.hash = s.hash AND x.newsletter = $newsletter)
            THEN 1 ELSE 0 END
FROM message m
LEFT JOIN subscriber s ON s.id = m.subscriber
LEFT JOIN subscription n ON n.newsletter = $newsletter AND n.subscriber = m.subscriber
WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
  AND m.lane > $after
ORDER BY m.lane, m.next, m.subscriber
LIMIT $most
FOR UPDATE OF m SKIP LOCKED

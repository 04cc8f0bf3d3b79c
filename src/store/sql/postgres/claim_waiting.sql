-- claim_waiting where several hosts claim at once: rows another is taking are passed over.
SELECT m.domain_group, m.next, m.subscriber, m.variant, m.due, m.tries
FROM message m
WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
  AND m.domain_group > $after
ORDER BY m.domain_group, m.next, m.subscriber
LIMIT $most
FOR UPDATE SKIP LOCKED

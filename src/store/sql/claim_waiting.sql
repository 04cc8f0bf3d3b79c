-- What waits of an edition in the domain groups after $after, group by group, in each what may be
-- tried first. The claim reads on as long as a group has room, and jumps to the next by asking anew.
SELECT m.domain_group, m.next, m.subscriber, m.variant, m.due, m.tries
FROM message m
WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
  AND m.domain_group > $after
ORDER BY m.domain_group, m.next, m.subscriber
LIMIT $most

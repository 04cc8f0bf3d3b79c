-- A person that a batch brought, who has no subscription any more and was never to be mailed. Clocks of
-- several hosts differ: editions of the hour before are looked at too.
DELETE FROM subscriber
WHERE id = $subscriber AND created >= $since
  AND NOT EXISTS (SELECT 1 FROM newsletter n
                  JOIN subscription u ON u.newsletter = n.id AND u.subscriber = $subscriber)
  AND NOT EXISTS (SELECT 1 FROM edition e
                  JOIN message m ON m.edition = e.id AND m.subscriber = $subscriber
                  WHERE e.created >= $since - 3600000000)

-- A person without any subscription: address and name go, the number stays in the ledgers.
DELETE FROM subscriber
WHERE id = $subscriber
  AND NOT EXISTS (SELECT 1 FROM newsletter n
                  JOIN subscription u ON u.newsletter = n.id AND u.subscriber = $subscriber)

-- A person without any subscription: address, name and hash go; the number stays, for the ledgers
-- speak of it. As after `subscriber erase`, but they are free to come back.
UPDATE subscriber
SET address = '', address_key = 'forgotten ' || id, domain = '', name = '', hash = $nothing,
    erased = $now
WHERE id = $subscriber
  AND NOT EXISTS (SELECT 1 FROM newsletter n
                  JOIN subscription u ON u.newsletter = n.id AND u.subscriber = $subscriber)

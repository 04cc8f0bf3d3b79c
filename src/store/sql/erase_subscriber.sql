-- An erased person: address and name go; number, hash and dates stay, for the ledgers speak of them.
UPDATE subscriber
SET address = '', address_key = 'erased ' || id, domain = '', name = '', erased = $now
WHERE id = $subscriber

-- A new person; nothing when the address is known.
INSERT INTO subscriber (id, address, address_key, domain, name, hash, created)
VALUES ($id, $address, $key, $domain, $name, $hash, $created)
ON CONFLICT (address_key) DO NOTHING

-- A new person; nothing when the address is known.
INSERT INTO subscriber (id, address, address_key, domain, domain_group, name, hash, created)
VALUES ($id, $address, $key, $domain, $group, $name, $hash, $created)
ON CONFLICT (address_key) DO NOTHING

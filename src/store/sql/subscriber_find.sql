-- A person by folded address.
SELECT id, address, address_key, domain, name, hash, created
FROM subscriber WHERE address_key = $key

-- A person by id.
SELECT id, address, address_key, domain, name, hash, created
FROM subscriber WHERE id = $id

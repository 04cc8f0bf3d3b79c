-- Another address or name for a person.
UPDATE subscriber
SET address = $address, address_key = $key, domain = $domain, domain_group = $group,
    name = $name, hash = $hash
WHERE id = $id

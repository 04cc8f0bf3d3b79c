-- What was done about one person by name of the address.
SELECT a.at, a.actor, a.action, a.subject
FROM subscriber s JOIN audit a ON a.subject IN (s.address, s.address_key)
WHERE s.id = $subscriber ORDER BY a.id

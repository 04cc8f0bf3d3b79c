-- What was done about one person by name of the address, whatever its case.
SELECT a.at, a.actor, a.action, a.subject
FROM subscriber s JOIN audit a ON lower(a.subject) IN (lower(s.address), s.address_key)
WHERE s.id = $subscriber ORDER BY a.id

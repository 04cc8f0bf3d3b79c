-- A variant's packed, deflated MIME with its slots.
SELECT body FROM variant WHERE id = $id

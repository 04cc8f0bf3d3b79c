-- How one person was asked to confirm.
SELECT n.name, o.since, o.asked, o.reminded, o.wording
FROM optin o JOIN newsletter n ON n.id = o.newsletter
WHERE o.subscriber = $subscriber ORDER BY n.name

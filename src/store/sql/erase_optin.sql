-- Who asked for an erased person's subscriptions, and when they were asked to confirm.
DELETE FROM optin
WHERE newsletter IN (SELECT id FROM newsletter) AND subscriber = $subscriber

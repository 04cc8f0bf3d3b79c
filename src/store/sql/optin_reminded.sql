-- Its reminder is queued, or is not to be.
UPDATE optin SET reminded = $now
WHERE newsletter = $newsletter AND subscriber = $subscriber

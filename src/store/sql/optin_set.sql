-- Somebody signed up; again: the first signup stays.
INSERT INTO optin (newsletter, subscriber, since, source)
VALUES ($newsletter, $subscriber, $since, $source)
ON CONFLICT (newsletter, subscriber) DO NOTHING

-- A new subscription; nothing when there is one already, whatever its status.
INSERT INTO subscription (newsletter, subscriber, status, prefs, changed)
VALUES ($newsletter, $subscriber, $status, $prefs, $changed)
ON CONFLICT (newsletter, subscriber) DO NOTHING

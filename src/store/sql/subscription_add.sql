-- A new subscription; nothing when there is one already, whatever its status.
INSERT INTO subscription (newsletter, subscriber, status, prefs, changed, paused_until)
VALUES ($newsletter, $subscriber, $status, $prefs, $changed, $paused_until)
ON CONFLICT (newsletter, subscriber) DO NOTHING

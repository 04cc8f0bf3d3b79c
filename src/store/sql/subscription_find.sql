-- What one person has with one newsletter.
SELECT status, prefs, changed, paused_until FROM subscription
WHERE newsletter = $newsletter AND subscriber = $subscriber

-- What one person has with one newsletter.
SELECT status, prefs, changed FROM subscription
WHERE newsletter = $newsletter AND subscriber = $subscriber

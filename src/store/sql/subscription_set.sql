-- Another status or choice for a subscription.
UPDATE subscription SET status = $status, prefs = $prefs, changed = $changed
WHERE newsletter = $newsletter AND subscriber = $subscriber

-- Another status, choice or pause for a subscription.
UPDATE subscription SET status = $status, prefs = $prefs, changed = $changed,
    paused_until = $paused_until
WHERE newsletter = $newsletter AND subscriber = $subscriber

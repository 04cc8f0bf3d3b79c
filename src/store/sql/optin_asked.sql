-- The question of a signup is queued, or needs not be; no $wording: the words stay.
UPDATE optin SET asked = $now, wording = CASE WHEN $wording = '' THEN wording ELSE $wording END
WHERE newsletter = $newsletter AND subscriber = $subscriber

-- A subscription that should not have been.
DELETE FROM subscription WHERE newsletter = $newsletter AND subscriber = $subscriber

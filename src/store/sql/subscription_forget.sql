-- A pending subscription as though it had never been; others are not touched.
DELETE FROM subscription
WHERE newsletter = $newsletter AND subscriber = $subscriber AND status = 0

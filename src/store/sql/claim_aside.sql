-- Moves one waiting message into the lane where a new one for this person would be queued.
UPDATE message
SET lane = COALESCE((SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = $subscriber), 0)
WHERE edition = $edition AND subscriber = $subscriber AND state IN (0, 2)

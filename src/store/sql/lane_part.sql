-- Moves all that waits in the common lane and whose group has its own into that one.
UPDATE message
SET lane = (SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = message.subscriber)
WHERE state IN (0, 2) AND lane = 0
  AND EXISTS (SELECT 1 FROM subscriber_lane l WHERE l.subscriber = message.subscriber)

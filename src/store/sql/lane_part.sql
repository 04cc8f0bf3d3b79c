-- Moves what waits in the common lane, and whose group has its own, into that one: a slice of an edition.
-- Goes along the table (+state keeps SQLite from the index of what waits, which would be read whole).
UPDATE message
SET lane = (SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = message.subscriber)
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND +state IN (0, 2) AND lane = 0
  AND EXISTS (SELECT 1 FROM subscriber_lane l WHERE l.subscriber = message.subscriber)

-- How many subscribers' bounces of an edition say that we are blocked; 0 where this one's had said so
-- before. What is about somebody else says nothing; nor does what is about a notice (class 0), for
-- strangers decide whom those go to.
SELECT COUNT(DISTINCT subscriber) FROM bounce
WHERE edition = $edition AND blocks = 1 AND result = 2
  AND EXISTS (SELECT 1 FROM edition e WHERE e.id = $edition AND e.class <> 0)
  AND NOT EXISTS (SELECT 1 FROM bounce other
                  WHERE other.edition = $edition AND other.subscriber = $subscriber
                    AND other.blocks = 1 AND other.result = 2 AND other.id <> $id)

-- When a person left a newsletter, where that holds: no yes of theirs (2), word of the operator's (3) or
-- undoing of the batch that took them off (8) came behind it.
SELECT c.at FROM consent c
WHERE c.subscriber = $subscriber AND c.newsletter = $newsletter AND c.event = 5
  AND NOT EXISTS (SELECT 1 FROM consent l
                  WHERE l.subscriber = c.subscriber AND l.newsletter = c.newsletter
                    AND l.number > c.number
                    AND (l.event IN (2, 3) OR (l.event = 8 AND l.batch = c.batch)))
ORDER BY c.number DESC LIMIT 1

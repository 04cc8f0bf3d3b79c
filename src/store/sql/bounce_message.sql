-- The message a bounce speaks of: its row where there is one, and whether it ever was on its way.
SELECT e.newsletter, e.released, m.state, m.due,
       EXISTS (SELECT 1 FROM attempt a
               WHERE a.edition = e.id AND a.subscriber = $subscriber AND a.stage = $dot)
FROM edition e
LEFT JOIN message m ON m.edition = e.id AND m.subscriber = $subscriber
WHERE e.id = $edition

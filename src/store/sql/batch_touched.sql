-- What a batch did to people, a slice in order: whether it had the last word in the ledger (its number and
-- event), and how things stood before where it changed them. What another batch said and was undone does not
-- count. Erased people are left out.
SELECT DISTINCT c.subscriber, c.newsletter,
       (SELECT l.batch FROM consent l
        WHERE l.subscriber = c.subscriber AND l.newsletter = c.newsletter
          AND (l.batch IS NULL OR l.batch = $batch
               OR NOT EXISTS (SELECT 1 FROM consent u
                              WHERE u.subscriber = l.subscriber AND u.newsletter = l.newsletter
                                AND u.batch = l.batch AND u.event = 8))
        ORDER BY l.number DESC LIMIT 1) AS last_batch,
       (SELECT l.event FROM consent l
        WHERE l.subscriber = c.subscriber AND l.newsletter = c.newsletter
          AND (l.batch IS NULL OR l.batch = $batch
               OR NOT EXISTS (SELECT 1 FROM consent u
                              WHERE u.subscriber = l.subscriber AND u.newsletter = l.newsletter
                                AND u.batch = l.batch AND u.event = 8))
        ORDER BY l.number DESC LIMIT 1) AS last_event,
       b.status, b.prefs
FROM consent c
JOIN subscriber s ON s.id = c.subscriber AND s.erased IS NULL
LEFT JOIN batch_change b
     ON b.batch = $batch AND b.subscriber = c.subscriber AND b.newsletter = c.newsletter
WHERE c.batch = $batch
  AND (c.subscriber > $subscriber OR (c.subscriber = $subscriber AND c.newsletter > $newsletter))
ORDER BY c.subscriber, c.newsletter
LIMIT $most

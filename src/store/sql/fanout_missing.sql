-- Choices of active subscribers in the slice that have no selection in the edition yet; in a
-- correction, of its readers (fanout_slice). In an issue nobody has been served before: 0, 0.
SELECT DISTINCT s.prefs, 0, 0
FROM subscription s
WHERE s.newsletter = $newsletter AND s.subscriber > $after AND s.subscriber <= $upto
  AND s.status = 1
  AND NOT EXISTS (SELECT 1 FROM selection c WHERE c.edition = $edition AND c.prefs = s.prefs)
  AND ((SELECT e.corrects FROM edition e WHERE e.id = $edition) IS NULL OR EXISTS (
       SELECT 1 FROM message o
       WHERE o.edition = (SELECT e.corrects FROM edition e WHERE e.id = $edition)
         AND o.subscriber = s.subscriber AND o.state IN (1, 5)))

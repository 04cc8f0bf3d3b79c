-- Choices of active subscribers in the slice that have no selection in the edition yet. In an issue nobody
-- has been served before: 0, 0.
SELECT DISTINCT s.prefs, 0, 0
FROM subscription s
WHERE s.newsletter = $newsletter AND s.subscriber > $after AND s.subscriber <= $upto
  AND s.status = 1
  AND NOT EXISTS (SELECT 1 FROM selection c WHERE c.edition = $edition AND c.prefs = s.prefs)

-- fanout_missing for a correction: of its readers (correction_slice).
SELECT DISTINCT s.prefs, 0, 0
FROM subscription s
WHERE s.newsletter = $newsletter AND s.subscriber > $after AND s.subscriber <= $upto
  AND s.status = 1
  AND NOT EXISTS (SELECT 1 FROM selection c WHERE c.edition = $edition AND c.prefs = s.prefs)
  AND EXISTS (SELECT 1 FROM edition e JOIN message o ON o.edition = e.corrects
              WHERE e.id = $edition AND o.subscriber = s.subscriber AND o.state IN (1, 5))

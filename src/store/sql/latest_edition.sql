-- The newest issue of a newsletter that goes out or has gone out since then; no correction, which is for
-- those who got the faulty one, nor what was corrected.
SELECT e.id FROM edition e
WHERE e.newsletter = $newsletter AND e.class = 2 AND e.phase = 1 AND e.held = 0
  AND e.released > $since AND e.corrects IS NULL
  AND NOT EXISTS (SELECT 1 FROM edition c WHERE c.newsletter = e.newsletter AND c.corrects = e.id)
ORDER BY e.date DESC, e.id DESC LIMIT 1

-- The issues of a newsletter that went out or go out, dated from $first to $last, and which edition each
-- corrects (0: none).
SELECT e.id, coalesce(e.corrects, 0) FROM edition e JOIN newsletter n ON n.id = e.newsletter
WHERE n.name = $newsletter AND e.class = 2 AND e.phase = 1 AND e.held = 0
  AND e.date >= $first AND e.date <= $last
ORDER BY e.date, e.id

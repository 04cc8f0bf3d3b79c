-- The open editions that are of interest now: released since $since, or with messages that wait; one that
-- is named always is.
SELECT e.id, e.valid_for FROM edition e
WHERE e.phase = 1
  AND (CAST($edition AS BIGINT) IS NULL OR e.id = $edition)
  AND (CAST($newsletter AS BIGINT) IS NULL OR e.newsletter = $newsletter)
  AND (e.id = CAST($edition AS BIGINT) OR e.released > $since
       OR EXISTS (SELECT 1 FROM message m
                  WHERE m.state IN (0, 2) AND m.state = 0 AND m.edition = e.id)
       OR EXISTS (SELECT 1 FROM message m
                  WHERE m.state IN (0, 2) AND m.state = 2 AND m.edition = e.id))
ORDER BY e.id

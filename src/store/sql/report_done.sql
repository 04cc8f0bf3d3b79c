-- Open editions of which nothing waits (0, 2) or is in a sender's hand, and of which the operator was
-- not told; notices (class 0) apart.
SELECT e.id FROM edition e
WHERE e.reported IS NULL AND e.phase = 1 AND e.class <> 0 AND e.released <= $now
  AND NOT EXISTS (SELECT 1 FROM message m
                  WHERE m.state IN (0, 2) AND m.state = 0 AND m.edition = e.id)
  AND NOT EXISTS (SELECT 1 FROM message m
                  WHERE m.state IN (0, 2) AND m.state = 2 AND m.edition = e.id)
  AND NOT EXISTS (SELECT 1 FROM message m WHERE m.sender IS NOT NULL AND m.edition = e.id)
ORDER BY e.id

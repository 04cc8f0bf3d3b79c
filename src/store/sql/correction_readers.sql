-- Whom a correction of an edition is for: sent (1) or in doubt (5); and how many may yet get the
-- faulty one: waiting (0, 2), in a sender's hand (3, 4), held (6).
SELECT COALESCE(sum(CASE WHEN state IN (1, 5) THEN 1 ELSE 0 END), 0),
       COALESCE(sum(CASE WHEN state IN (0, 2, 3, 4, 6) THEN 1 ELSE 0 END), 0)
FROM message WHERE edition = $edition

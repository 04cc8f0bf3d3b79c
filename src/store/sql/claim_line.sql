-- The first edition after $after of which rows wait in a state, and whether it may be served: open, not
-- held, and the database not in quarantine. Always one row; NULL when there is no such edition. Asked
-- again for each: in one statement, with a recursion and a sorter, SQLite makes two tables each time.
SELECT w.edition, e.newsletter, e.class, e.valid_for, e.audience,
       e.released / 1000000 + e.valid_for,
       CASE WHEN e.phase = 1 AND e.held = 0
                 AND NOT EXISTS (SELECT 1 FROM restore r WHERE r.released IS NULL)
            THEN 1 ELSE 0 END
FROM (SELECT MIN(m.edition) AS edition FROM message m
      WHERE m.state IN (0, 2) AND m.state = $state AND m.edition > $after) w
LEFT JOIN edition e ON e.id = w.edition

-- The next edition after one in which something waits; 0: there is none.
SELECT COALESCE(MIN(w.edition), 0)
FROM (SELECT (SELECT MIN(m.edition) FROM message m
              WHERE m.state IN (0, 2) AND m.state = 0 AND m.edition > $after) AS edition
      UNION ALL
      SELECT (SELECT MIN(m.edition) FROM message m
              WHERE m.state IN (0, 2) AND m.state = 2 AND m.edition > $after)) AS w

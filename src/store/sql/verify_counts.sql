-- How many rows one table has, by td_count_kind: the others are not touched.
SELECT CASE CAST($kind AS BIGINT)
           WHEN 0 THEN (SELECT count(*) FROM newsletter)
           WHEN 1 THEN (SELECT count(*) FROM subscriber)
           WHEN 2 THEN (SELECT count(*) FROM subscription)
           WHEN 3 THEN (SELECT count(*) FROM consent)
           WHEN 4 THEN (SELECT count(*) FROM suppression)
           WHEN 5 THEN (SELECT count(*) FROM edition)
           WHEN 6 THEN (SELECT count(*) FROM variant)
           WHEN 7 THEN (SELECT count(*) FROM message)
           WHEN 8 THEN (SELECT count(*) FROM attempt)
           WHEN 9 THEN (SELECT count(*) FROM reply)
       END

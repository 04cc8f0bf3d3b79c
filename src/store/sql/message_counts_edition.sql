-- How many messages of an edition are in each state, state by state; the compacted ones included. In one
-- pass: with GROUP BY SQLite sorts a million rows first.
SELECT CAST(SUM(messages) FILTER (WHERE state = 0) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 1) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 2) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 3) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 4) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 5) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 6) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 7) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 8) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 9) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 10) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 11) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 12) AS BIGINT),
       CAST(SUM(messages) FILTER (WHERE state = 13) AS BIGINT)
FROM (SELECT state, 1 AS messages FROM message WHERE edition = $edition
      UNION ALL
      SELECT state, messages FROM edition_total WHERE edition = $edition) AS c

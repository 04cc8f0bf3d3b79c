-- How many messages of an edition are in each state, the compacted ones included.
SELECT state, CAST(SUM(messages) AS BIGINT)
FROM (SELECT state, COUNT(*) AS messages FROM message WHERE edition = $edition GROUP BY state
      UNION ALL
      SELECT state, messages FROM edition_total WHERE edition = $edition) AS c
GROUP BY state

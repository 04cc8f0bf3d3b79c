-- Every combination of what must fit together in a message row, how often, and one that has it.
SELECT state, reason,
       CASE WHEN next IS NULL THEN 0 ELSE 1 END,
       CASE WHEN sender IS NULL THEN 0 ELSE 1 END,
       CASE WHEN variant IS NULL THEN 0 ELSE 1 END,
       count(*), min(edition), min(subscriber)
FROM message
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5

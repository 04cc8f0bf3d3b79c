-- Editions made before $before, oldest first, with the year they belong to.
SELECT id, newsletter, CAST(substr(date, 1, 4) AS BIGINT), valid_for, released
FROM edition WHERE created < $before ORDER BY id

-- How many messages are in each state, state by state, in one pass.
SELECT COUNT(*) FILTER (WHERE state = 0),
       COUNT(*) FILTER (WHERE state = 1),
       COUNT(*) FILTER (WHERE state = 2),
       COUNT(*) FILTER (WHERE state = 3),
       COUNT(*) FILTER (WHERE state = 4),
       COUNT(*) FILTER (WHERE state = 5),
       COUNT(*) FILTER (WHERE state = 6),
       COUNT(*) FILTER (WHERE state = 7),
       COUNT(*) FILTER (WHERE state = 8),
       COUNT(*) FILTER (WHERE state = 9),
       COUNT(*) FILTER (WHERE state = 10),
       COUNT(*) FILTER (WHERE state = 11),
       COUNT(*) FILTER (WHERE state = 12),
       COUNT(*) FILTER (WHERE state = 13)
FROM message

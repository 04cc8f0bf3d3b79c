-- How many things that came back are not judged yet, wait for their domain, or could not be read of late.
SELECT COUNT(*) FILTER (WHERE result = 0), COUNT(*) FILTER (WHERE result = 9),
       COUNT(*) FILTER (WHERE result = 11)
FROM bounce WHERE result IN (0, 9) OR (result = 11 AND at >= $since)

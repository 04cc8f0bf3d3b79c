-- Of whom anything that came back counts, or once suspended them.
SELECT DISTINCT subscriber FROM bounce
WHERE subscriber IS NOT NULL AND (result = 1 OR effect = 1)
ORDER BY subscriber

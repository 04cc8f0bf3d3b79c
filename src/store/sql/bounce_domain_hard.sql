-- How many subscribers of a domain went hard since then.
SELECT COUNT(DISTINCT subscriber) FROM bounce
WHERE domain = $domain AND at > $after AND kind = 2 AND result IN (1, 9)

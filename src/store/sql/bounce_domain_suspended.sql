-- Who of a domain was suspended by what came back since then.
SELECT subscriber FROM bounce
WHERE domain = $domain AND at > $after AND kind = 2 AND effect = 1
ORDER BY subscriber LIMIT $max

-- Judgement on a domain waits: what was counted since then, too.
UPDATE bounce SET result = 9, until = $until, effect = 0
WHERE domain = $domain AND at > $after AND kind = 2 AND result = 1

-- The domain groups whose window by a relay is not wide open.
SELECT domain_group, size FROM relay_window WHERE relay = $relay ORDER BY domain_group

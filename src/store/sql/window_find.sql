-- The window of a domain group by a relay, unless it is wide open.
SELECT size FROM relay_window WHERE relay = $relay AND domain_group = $group

-- The window of a domain group by a relay is wide open again.
DELETE FROM relay_window WHERE relay = $relay AND domain_group = $group

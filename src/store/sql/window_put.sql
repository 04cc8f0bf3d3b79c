-- The window of a domain group by a relay; $said NULL: nothing was said against it.
INSERT INTO relay_window (relay, domain_group, size, changed, said)
VALUES ($relay, $group, $size, $changed, COALESCE($said, ''))
ON CONFLICT (relay, domain_group)
DO UPDATE SET size = excluded.size, changed = excluded.changed,
              said = COALESCE($said, relay_window.said)

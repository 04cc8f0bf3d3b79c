-- How many messages might be sent now, and since when the longest waits. Where no sender lives, what the
-- last ones had in hand waits too: $leased and $on_wire are these states then, and 0 otherwise.
SELECT count(*), min(m.next)
FROM message m JOIN edition e ON e.id = m.edition
WHERE m.state IN (0, 2, $leased, $on_wire) AND m.next <= $now AND e.phase = 1 AND e.held = 0

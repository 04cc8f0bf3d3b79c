-- When the next message of an edition may be tried that anybody still works on.
SELECT min(m.next) FROM message m JOIN edition e ON e.id = m.edition
WHERE m.edition = $edition AND m.state IN (0, 2, 3, 4) AND e.held = 0

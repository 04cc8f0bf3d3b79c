-- How many messages of a slice of an edition are selected, by state: those that admin_move may move.
SELECT m.state, count(*)
FROM message m
JOIN edition e ON e.id = m.edition
JOIN subscriber s ON s.id = m.subscriber
WHERE m.edition = $edition AND m.subscriber > $after AND m.subscriber <= $upto AND {selected}
GROUP BY m.state

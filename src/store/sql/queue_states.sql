-- How many of the selected messages are in each state.
SELECT m.state, count(*)
FROM message m
JOIN edition e ON e.id = m.edition
JOIN subscriber s ON s.id = m.subscriber
WHERE {selected}
GROUP BY m.state
ORDER BY m.state

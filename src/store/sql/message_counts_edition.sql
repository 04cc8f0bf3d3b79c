-- How many messages of an edition are in each state.
SELECT state, COUNT(*) FROM message WHERE edition = $edition GROUP BY state

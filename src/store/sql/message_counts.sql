-- How many messages are in each state.
SELECT state, COUNT(*) FROM message GROUP BY state

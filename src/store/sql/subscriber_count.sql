-- How many people there are.
SELECT count(*) FROM subscriber

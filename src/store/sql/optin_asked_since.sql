-- How many were asked since then; counts no further than $most.
SELECT count(*) FROM (SELECT 1 FROM optin WHERE asked > $since LIMIT $most) AS asked

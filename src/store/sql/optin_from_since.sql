-- How many signups came from a source since then; counts no further than $most.
SELECT count(*) FROM (SELECT 1 FROM optin
                      WHERE source <> '' AND source = $source AND since > $since
                      LIMIT $most) AS signups

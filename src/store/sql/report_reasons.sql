-- How the messages of an edition ended.
SELECT state, reason, count(*) FROM message WHERE edition = $edition
GROUP BY state, reason ORDER BY state, count(*) DESC, reason

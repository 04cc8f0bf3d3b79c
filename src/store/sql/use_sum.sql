-- How many messages a relay was given since an instant.
SELECT COALESCE(SUM(messages), 0) FROM relay_use
WHERE relay = $relay AND span = $span AND at > $since

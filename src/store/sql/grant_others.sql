-- How many senders there are, and what all but one have of a relay.
SELECT (SELECT COUNT(*) FROM sender), COALESCE(SUM(sessions), 0), COALESCE(SUM(tokens), 0)
FROM sender_grant WHERE relay = $relay AND sender <> $sender

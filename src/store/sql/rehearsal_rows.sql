-- Where each message of an edition is, and when it may be tried.
SELECT subscriber, state, next FROM message WHERE edition = $edition ORDER BY subscriber

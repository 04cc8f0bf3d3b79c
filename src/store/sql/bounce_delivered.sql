-- When the last message was due that reached the subscriber, of editions released since then:
-- accepted, due by $upto (seconds), and nothing came back.
SELECT MAX(m.due) FROM edition e
JOIN message m ON m.edition = e.id AND m.subscriber = $subscriber
WHERE e.released >= $since AND m.state = $sent AND m.due <= $upto

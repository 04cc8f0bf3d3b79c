-- The attempts of a message with the servers' words, oldest first.
SELECT a.at, a.stage, a.relay, r.code, r.text, a.words, a.verdict
FROM attempt a JOIN reply r ON r.id = a.reply
WHERE a.edition = $edition AND a.subscriber = $subscriber
ORDER BY a.number

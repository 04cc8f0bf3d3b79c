-- All tries to deliver one person's messages, with the servers' words.
SELECT a.edition, a.at, a.relay, r.code, r.text, a.words
FROM edition e
CROSS JOIN attempt a
JOIN reply r ON r.id = a.reply
WHERE a.edition = e.id AND a.subscriber = $subscriber
ORDER BY a.edition, a.number

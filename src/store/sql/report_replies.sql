-- What servers said most when they refused messages of an edition for good (verdict 2).
SELECT r.text, min(a.words), count(*)
FROM attempt a JOIN reply r ON r.id = a.reply
WHERE a.edition = $edition AND a.verdict = 2
GROUP BY r.id, r.text ORDER BY count(*) DESC, r.id LIMIT $most

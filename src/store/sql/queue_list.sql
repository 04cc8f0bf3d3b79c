-- Messages an administrator selected, each with what its server said last.
SELECT m.edition, m.subscriber, e.slug, n.name, s.address, m.state, m.reason, m.due, m.next,
       m.tries, r.text, a.words
FROM message m
JOIN edition e ON e.id = m.edition
JOIN newsletter n ON n.id = e.newsletter
JOIN subscriber s ON s.id = m.subscriber
LEFT JOIN attempt a ON a.edition = m.edition AND a.subscriber = m.subscriber
     AND a.number = (SELECT max(b.number) FROM attempt b
                     WHERE b.edition = m.edition AND b.subscriber = m.subscriber)
LEFT JOIN reply r ON r.id = a.reply
WHERE {selected}
ORDER BY m.edition, m.subscriber
LIMIT $most

-- Every message of one person, oldest edition first, with when a relay took it (verdict 0).
SELECT n.name, e.id, e.slug, e.subject, e.class, m.state, m.reason, m.due,
       (SELECT MAX(a.at) FROM attempt a
        WHERE a.edition = m.edition AND a.subscriber = m.subscriber AND a.verdict = 0)
FROM edition e
CROSS JOIN message m
JOIN newsletter n ON n.id = e.newsletter
WHERE m.edition = e.id AND m.subscriber = $subscriber
ORDER BY e.id

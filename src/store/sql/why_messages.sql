-- The messages of one person, newest edition first, with all that bears on them now. Goes from
-- edition to edition: there is no index of messages by person.
SELECT e.id, n.name, e.slug, e.subject, e.phase, e.held, e.valid_for, m.variant, v.format,
       m.state, m.reason, m.due, m.next, m.tries, m.sender,
       CASE WHEN e.audience = 3 OR (e.audience = 0 AND u.status = 1)
              OR (e.audience = 1 AND u.status = 0) OR (e.audience = 2 AND u.status = 2)
            THEN 1 ELSE 0 END,
       EXISTS (SELECT 1 FROM subscriber s JOIN suppression x ON x.hash = s.hash
               WHERE s.id = $subscriber AND x.newsletter IN (0, e.newsletter)),
       e.held_why,
       CASE WHEN e.audience = 0 THEN u.paused_until END,
       COALESCE((SELECT s.domain_group FROM subscriber s WHERE s.id = m.subscriber), 0)
FROM edition e
CROSS JOIN message m
JOIN newsletter n ON n.id = e.newsletter
LEFT JOIN variant v ON v.id = m.variant
LEFT JOIN subscription u ON u.newsletter = e.newsletter AND u.subscriber = m.subscriber
WHERE m.edition = e.id AND m.subscriber = $subscriber
  AND (CAST($edition AS BIGINT) IS NULL OR e.id = $edition)
ORDER BY e.id DESC
LIMIT $most

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
WHERE (CAST($edition AS BIGINT) IS NULL OR m.edition = $edition)
  AND (CAST($subscriber AS BIGINT) IS NULL OR m.subscriber = $subscriber)
  AND (CAST($newsletter AS BIGINT) IS NULL OR e.newsletter = $newsletter)
  AND (CAST($domain AS TEXT) IS NULL OR s.domain = $domain)
  AND (CAST($states AS BIGINT) >> m.state) % 2 = 1
  AND (CAST($reasons AS BIGINT) >> m.reason) % 2 = 1
  AND (CAST($relay AS TEXT) IS NULL OR a.relay = $relay)
  AND (CAST($topic AS TEXT) IS NULL OR EXISTS (
       SELECT 1 FROM subscription u JOIN prefs p ON p.id = u.prefs
       WHERE u.newsletter = e.newsletter AND u.subscriber = m.subscriber
         AND (p.topics = '' OR ' ' || p.topics || ' ' LIKE '% ' || $topic || ' %'
              OR (p.topics LIKE '-%'
                  AND NOT ' ' || p.topics || ' ' LIKE '% -' || $topic || ' %'))))
  AND m.due < CAST($due_before AS BIGINT)
  AND m.due > CAST($due_after AS BIGINT)
ORDER BY m.edition, m.subscriber
LIMIT $most

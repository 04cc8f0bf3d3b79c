-- The selected messages of an edition by domain group and state: how many, how many of them may be tried
-- by now, and when the last may. Reads all of the edition's messages.
SELECT g.name, w.state, w.messages, w.due, w.last
FROM (SELECT s.domain_group AS domain_group, m.state AS state, count(*) AS messages,
             sum(CASE WHEN m.next <= $now THEN 1 ELSE 0 END) AS due, max(m.next) AS last
      FROM message m
      JOIN edition e ON e.id = m.edition
      JOIN subscriber s ON s.id = m.subscriber
      WHERE m.edition = $edition
        AND (CAST($subscriber AS BIGINT) IS NULL OR m.subscriber = $subscriber)
        AND (CAST($newsletter AS BIGINT) IS NULL OR e.newsletter = $newsletter)
        AND (CAST($domain AS TEXT) IS NULL OR s.domain = $domain)
        AND (CAST($states AS BIGINT) >> m.state) % 2 = 1
        AND (CAST($reasons AS BIGINT) >> m.reason) % 2 = 1
        AND (CAST($relay AS TEXT) IS NULL OR $relay = (
             SELECT a.relay FROM attempt a
             WHERE a.edition = m.edition AND a.subscriber = m.subscriber
             ORDER BY a.number DESC LIMIT 1))
        AND (CAST($topic AS TEXT) IS NULL OR EXISTS (
             SELECT 1 FROM subscription u JOIN prefs p ON p.id = u.prefs
             WHERE u.newsletter = e.newsletter AND u.subscriber = m.subscriber
               AND (p.topics = '' OR ' ' || p.topics || ' ' LIKE '% ' || $topic || ' %'
                    OR (p.topics LIKE '-%'
                        AND NOT ' ' || p.topics || ' ' LIKE '% -' || $topic || ' %'))))
        AND m.due < CAST($due_before AS BIGINT)
        AND m.due > CAST($due_after AS BIGINT)
      GROUP BY s.domain_group, m.state) AS w
LEFT JOIN domain_group g ON g.id = w.domain_group
ORDER BY w.messages DESC

-- What an administrator's selector (app/queue/selector.h) asks of a message m of an edition e to a
-- subscriber s; a condition that is not asked for is NULL. Statements have it by its name in braces.
(CAST($edition AS BIGINT) IS NULL OR m.edition = $edition)
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

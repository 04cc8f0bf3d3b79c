-- How many messages of a slice of an edition are selected, by state. The conditions are those of
-- admin_move.
SELECT state, count(*) FROM message
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND (CAST($states AS BIGINT) >> state) % 2 = 1
  AND (CAST($reasons AS BIGINT) >> reason) % 2 = 1
  AND due < CAST($due_before AS BIGINT) AND due > CAST($due_after AS BIGINT)
  AND (CAST($domain AS TEXT) IS NULL OR EXISTS (
       SELECT 1 FROM subscriber s
       WHERE s.id = message.subscriber AND s.domain = $domain))
  AND (CAST($relay AS TEXT) IS NULL OR $relay = (
       SELECT a.relay FROM attempt a
       WHERE a.edition = message.edition AND a.subscriber = message.subscriber
       ORDER BY a.number DESC LIMIT 1))
  AND (CAST($topic AS TEXT) IS NULL OR EXISTS (
       SELECT 1 FROM edition e
       JOIN subscription u ON u.newsletter = e.newsletter
       JOIN prefs p ON p.id = u.prefs
       WHERE e.id = message.edition AND u.subscriber = message.subscriber
         AND (p.topics = '' OR ' ' || p.topics || ' ' LIKE '% ' || $topic || ' %'
              OR (p.topics LIKE '-%'
                  AND NOT ' ' || p.topics || ' ' LIKE '% -' || $topic || ' %'))))
GROUP BY state

-- Moves the selected messages of a slice of an edition from one state to another, $to_tried where
-- they were tried before. Never one that a sender has in hand. $next NULL: when it may be tried
-- stays as it is; $final 1: it is not tried any more. $reason NULL: as it was.
UPDATE message
SET state = CASE WHEN tries > 0 THEN CAST($to_tried AS SMALLINT) ELSE CAST($to AS SMALLINT) END,
    reason = COALESCE(CAST($reason AS SMALLINT), reason),
    next = CASE WHEN CAST($final AS SMALLINT) = 1 THEN NULL
                ELSE COALESCE(CAST($next AS BIGINT), next) END
WHERE edition = $edition AND subscriber > $after AND subscriber <= $upto
  AND state = $from AND sender IS NULL
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

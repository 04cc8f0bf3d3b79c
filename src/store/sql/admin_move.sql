-- Moves the selected messages of a slice of an edition from one state to another, $to_tried where
-- they were tried before. Never one that a sender has in hand, nor a failed one (7) of a live blog whose
-- entries are in a later digest for that reader. $next NULL: when it may be tried stays as it is; $final
-- 1: it is not tried any more. $reason NULL: as it was.
UPDATE message
SET state = CASE WHEN tries > 0 THEN CAST($to_tried AS SMALLINT) ELSE CAST($to AS SMALLINT) END,
    reason = COALESCE(CAST($reason AS SMALLINT), reason),
    next = CASE WHEN CAST($final AS SMALLINT) = 1 THEN NULL
                ELSE COALESCE(CAST($next AS BIGINT), next) END
WHERE state = $from AND sender IS NULL
  AND (edition, subscriber) IN (
      SELECT m.edition, m.subscriber
      FROM message m
      JOIN edition e ON e.id = m.edition
      JOIN subscriber s ON s.id = m.subscriber
      WHERE m.edition = $edition AND m.subscriber > $after AND m.subscriber <= $upto
        AND m.state = $from AND {selected}
        AND NOT (m.state = 7
                 AND EXISTS (SELECT 1
                             FROM digest d
                             JOIN digest l ON l.newsletter = d.newsletter AND l.blog = d.blog
                                          AND l.edition > d.edition AND l.kind <> 3
                             JOIN message k ON k.edition = l.edition
                                           AND k.subscriber = m.subscriber
                             WHERE d.edition = m.edition AND k.variant IS NOT NULL)))

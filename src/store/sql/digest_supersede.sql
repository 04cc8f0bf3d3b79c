-- What has not been sent of a live blog to the readers of a slice, who get it in the digest that is
-- being queued: cancelled (12) as superseded (18). Not what a sender has in hand, and nothing of
-- theirs then; in doubt (5) only where it would be sent again.
UPDATE message SET state = 12, reason = 18, next = NULL
WHERE subscriber > $after AND subscriber <= $upto AND sender IS NULL
  AND edition IN (SELECT d.edition
                  FROM digest g
                  JOIN digest d ON d.newsletter = g.newsletter AND d.blog = g.blog
                               AND d.edition < g.edition
                  WHERE g.edition = $edition)
  AND (state IN (0, 2, 6)
       OR (state = 5 AND EXISTS (SELECT 1 FROM edition e
                                 WHERE e.id = message.edition AND e.resend_in_doubt = 1)))
  AND EXISTS (SELECT 1 FROM digest_reader v
              WHERE v.edition = $edition AND v.subscriber = message.subscriber
                AND v.busy = 0 AND v.late = 0)

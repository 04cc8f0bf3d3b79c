-- How a subscription stood before a batch changed it, unless the batch itself has put it there.
INSERT INTO batch_change (batch, subscriber, newsletter, status, prefs)
SELECT CAST($batch AS BIGINT), CAST($subscriber AS BIGINT), CAST($newsletter AS BIGINT),
       CAST($status AS SMALLINT), CAST($prefs AS BIGINT)
WHERE NOT EXISTS (SELECT 1 FROM consent
                  WHERE subscriber = $subscriber AND newsletter = $newsletter AND batch = $batch)
ON CONFLICT DO NOTHING

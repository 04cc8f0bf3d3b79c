-- Whom the selected bounces suspended, and nobody has reinstated.
SELECT DISTINCT b.subscriber
FROM bounce b
LEFT JOIN edition e ON e.id = b.edition
WHERE b.effect = 1
  AND (CAST($edition AS BIGINT) IS NULL OR b.edition = $edition)
  AND (CAST($subscriber AS BIGINT) IS NULL OR b.subscriber = $subscriber)
  AND (CAST($newsletter AS BIGINT) IS NULL OR e.newsletter = $newsletter)
  AND (CAST($domain AS TEXT) IS NULL OR b.domain = $domain)
  AND (CAST($source AS TEXT) IS NULL OR b.source = $source)
  AND (CAST($results AS BIGINT) >> b.result) % 2 = 1
  AND (CAST($kinds AS BIGINT) >> b.kind) % 2 = 1
  AND (CAST($reasons AS BIGINT) >> b.reason) % 2 = 1
  AND b.at < CAST($before AS BIGINT)
  AND b.at > CAST($after AS BIGINT)
ORDER BY b.subscriber
LIMIT $most

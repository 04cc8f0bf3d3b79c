-- What came back and was selected, oldest first.
SELECT b.id, b.at, b.source, b.result, b.kind, s.address, n.name, b.edition, b.subscriber, b.status,
       b.reason, b.rule, b.words, b.effect, b.address
FROM bounce b
LEFT JOIN subscriber s ON s.id = b.subscriber
LEFT JOIN edition e ON e.id = b.edition
LEFT JOIN newsletter n ON n.id = e.newsletter
WHERE (CAST($edition AS BIGINT) IS NULL OR b.edition = $edition)
  AND (CAST($subscriber AS BIGINT) IS NULL OR b.subscriber = $subscriber)
  AND (CAST($newsletter AS BIGINT) IS NULL OR e.newsletter = $newsletter)
  AND (CAST($domain AS TEXT) IS NULL OR b.domain = $domain)
  AND (CAST($source AS TEXT) IS NULL OR b.source = $source)
  AND (CAST($results AS BIGINT) >> b.result) % 2 = 1
  AND (CAST($kinds AS BIGINT) >> b.kind) % 2 = 1
  AND (CAST($reasons AS BIGINT) >> b.reason) % 2 = 1
  AND b.at < CAST($before AS BIGINT)
  AND b.at > CAST($after AS BIGINT)
ORDER BY b.id
LIMIT $most

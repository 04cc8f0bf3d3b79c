-- What an administrator's selector (cli/bounce.h) asks of a bounce b, of an edition e; a condition that
-- is not asked for is NULL. Statements have it by its name in braces.
(CAST($edition AS BIGINT) IS NULL OR b.edition = $edition)
  AND (CAST($subscriber AS BIGINT) IS NULL OR b.subscriber = $subscriber)
  AND (CAST($newsletter AS BIGINT) IS NULL OR e.newsletter = $newsletter)
  AND (CAST($domain AS TEXT) IS NULL OR b.domain = $domain)
  AND (CAST($source AS TEXT) IS NULL OR b.source = $source)
  AND (CAST($results AS BIGINT) >> b.result) % 2 = 1
  AND (CAST($kinds AS BIGINT) >> b.kind) % 2 = 1
  AND (CAST($reasons AS BIGINT) >> b.reason) % 2 = 1
  AND b.at < CAST($before AS BIGINT)
  AND b.at > CAST($after AS BIGINT)

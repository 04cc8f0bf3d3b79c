-- Subscriptions an administrator selected, with who and what they are.
SELECT s.id, s.address, s.name, n.name, u.status, p.topics, p.format, p.cadence, p.at, p.zone,
       u.changed, u.paused_until
FROM subscription u
JOIN subscriber s ON s.id = u.subscriber
JOIN newsletter n ON n.id = u.newsletter
JOIN prefs p ON p.id = u.prefs
WHERE (CAST($newsletter AS BIGINT) IS NULL OR u.newsletter = $newsletter)
  AND (CAST($domain AS TEXT) IS NULL OR s.domain = $domain)
  AND (CAST($statuses AS BIGINT) >> u.status) % 2 = 1
  AND (CAST($topic AS TEXT) IS NULL OR p.topics = ''
       OR ' ' || p.topics || ' ' LIKE '% ' || $topic || ' %'
       OR (p.topics LIKE '-%' AND NOT ' ' || p.topics || ' ' LIKE '% -' || $topic || ' %'))
ORDER BY u.newsletter, u.subscriber
LIMIT $most

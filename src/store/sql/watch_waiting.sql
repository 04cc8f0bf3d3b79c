-- What waits of an edition in a state, by domain group: how many, how many of them may be tried now,
-- and when the last may. Goes along the index of what waits.
SELECT g.name, w.state, w.messages, w.due, w.last
FROM (SELECT s.domain_group, m.state, count(*) AS messages,
             sum(CASE WHEN m.next <= $now THEN 1 ELSE 0 END) AS due, max(m.next) AS last
      FROM message m LEFT JOIN subscriber s ON s.id = m.subscriber
      WHERE m.state IN (0, 2) AND m.state = $state AND m.edition = $edition
      GROUP BY s.domain_group, m.state) AS w
LEFT JOIN domain_group g ON g.id = w.domain_group
ORDER BY w.messages DESC

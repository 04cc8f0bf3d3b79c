-- What waits of an edition in a state, by domain group: how many, how many of them may be tried now,
-- and when the last may. Goes along the index of what waits.
SELECT g.name, w.state, w.messages, w.due, w.last
FROM (SELECT domain_group, state, count(*) AS messages,
             sum(CASE WHEN next <= $now THEN 1 ELSE 0 END) AS due, max(next) AS last
      FROM message
      WHERE state IN (0, 2) AND state = $state AND edition = $edition
      GROUP BY domain_group, state) AS w
LEFT JOIN domain_group g ON g.id = w.domain_group
ORDER BY w.messages DESC

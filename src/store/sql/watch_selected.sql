-- The selected messages of an edition by domain group and state: how many, how many of them may be tried
-- by now, and when the last may. Reads all of the edition's messages.
SELECT g.name, w.state, w.messages, w.due, w.last
FROM (SELECT s.domain_group AS domain_group, m.state AS state, count(*) AS messages,
             sum(CASE WHEN m.next <= $now THEN 1 ELSE 0 END) AS due, max(m.next) AS last
      FROM message m
      JOIN edition e ON e.id = m.edition
      JOIN subscriber s ON s.id = m.subscriber
      WHERE m.edition = $edition AND {selected}
      GROUP BY s.domain_group, m.state) AS w
LEFT JOIN domain_group g ON g.id = w.domain_group
ORDER BY w.messages DESC

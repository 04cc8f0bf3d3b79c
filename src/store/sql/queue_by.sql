-- The selected messages by reason, domain, relay of the last attempt or variant, and by state;
-- those with the most messages first.
SELECT c.what, c.state, c.messages
FROM (SELECT CASE CAST($by AS TEXT)
                 WHEN 'reason' THEN CAST(m.reason AS TEXT)
                 WHEN 'domain' THEN s.domain
                 WHEN 'relay' THEN (SELECT a.relay FROM attempt a
                                    WHERE a.edition = m.edition AND a.subscriber = m.subscriber
                                    ORDER BY a.number DESC LIMIT 1)
                 WHEN 'variant' THEN CAST(m.variant AS TEXT)
             END AS what, m.state AS state, count(*) AS messages
      FROM message m
      JOIN edition e ON e.id = m.edition
      JOIN subscriber s ON s.id = m.subscriber
      WHERE {selected}
      GROUP BY 1, 2) AS c
ORDER BY sum(c.messages) OVER (PARTITION BY c.what) DESC, c.what, c.state

-- Kinds of which a higher id is in use than was given: one would be given twice.
SELECT count(*), min(c.last), max(c.last)
FROM id_counter c
JOIN (SELECT 'newsletter' AS kind, max(id) AS used FROM newsletter
      UNION ALL SELECT 'subscriber', max(id) FROM subscriber
      UNION ALL SELECT 'edition', max(id) FROM edition
      UNION ALL SELECT 'variant', max(id) FROM variant
      UNION ALL SELECT 'prefs', max(id) FROM prefs
      UNION ALL SELECT 'batch', max(id) FROM batch
      UNION ALL SELECT 'reply', max(id) FROM reply
      UNION ALL SELECT 'sender', max(id) FROM sender) AS u ON u.kind = c.kind
WHERE u.used > c.last

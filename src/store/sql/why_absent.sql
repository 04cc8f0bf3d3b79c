-- Editions that have no message for one person: the newest of each newsletter, and those released
-- since $since of newsletters the person has or had; notices (class 0) apart. With what the consent
-- ledger said when the edition was made (4, other choices, says nothing about that), and, of a live
-- blog's, what kind it is and how often the person has it. Not those that were compacted.
SELECT e.id, n.name, e.slug, e.phase, e.created, u.status, u.changed,
       (SELECT c.event FROM consent c
        WHERE c.subscriber = $subscriber AND c.newsletter = e.newsletter
          AND c.at <= e.created AND c.event <> 4
        ORDER BY c.number DESC LIMIT 1), d.kind, p.cadence
FROM edition e
JOIN newsletter n ON n.id = e.newsletter
LEFT JOIN subscription u ON u.newsletter = e.newsletter AND u.subscriber = $subscriber
LEFT JOIN digest d ON d.edition = e.id
LEFT JOIN prefs p ON p.id = u.prefs
WHERE e.class <> 0
  AND (e.id = (SELECT max(y.id) FROM edition y
               WHERE y.newsletter = e.newsletter AND y.class <> 0)
       OR (u.status IS NOT NULL AND e.released > $since))
  AND NOT EXISTS (SELECT 1 FROM message m
                  WHERE m.edition = e.id AND m.subscriber = $subscriber)
  AND NOT EXISTS (SELECT 1 FROM edition_total t WHERE t.edition = e.id)
ORDER BY e.id DESC
LIMIT $most

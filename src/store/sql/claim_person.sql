-- Where a leased message goes, and whether it still may: the person as they are now. Two look-ups
-- for the suppression cost SQLite less than one with IN, for which it makes a table each time.
SELECT s.address, s.domain, s.name, n.status, n.paused_until,
       EXISTS (SELECT 1 FROM suppression x WHERE x.hash = s.hash AND x.newsletter = 0)
       OR EXISTS (SELECT 1 FROM suppression x
                  WHERE x.hash = s.hash AND x.newsletter = $newsletter)
FROM subscriber s
LEFT JOIN subscription n ON n.newsletter = $newsletter AND n.subscriber = s.id
WHERE s.id = $subscriber

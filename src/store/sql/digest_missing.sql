-- What the readers of a slice chose and how far they are served, where it leads nowhere yet.
SELECT DISTINCT v.prefs, v.since, v.alerts
FROM digest_reader v
WHERE v.edition = $edition AND v.subscriber > $after AND v.subscriber <= $upto
  AND v.busy = 0 AND v.late = 0
  AND NOT EXISTS (SELECT 1 FROM selection c
                  WHERE c.edition = v.edition AND c.prefs = v.prefs
                    AND c.since = v.since AND c.alerts = v.alerts)

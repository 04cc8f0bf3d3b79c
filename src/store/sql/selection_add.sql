-- What a choice leads to in an edition; a second time changes nothing.
INSERT INTO selection (edition, prefs, since, alerts, variant, reason, due, absent)
VALUES ($edition, $prefs, $since, $alerts, $variant, $reason, $due, $absent)
ON CONFLICT DO NOTHING

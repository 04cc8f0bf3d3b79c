-- What a choice leads to in an edition; a second time changes nothing.
INSERT INTO selection (edition, prefs, variant, reason, due)
VALUES ($edition, $prefs, $variant, $reason, $due)
ON CONFLICT DO NOTHING

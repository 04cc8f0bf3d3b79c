-- What became of a day of the schedule; nothing when another scheduler was first.
INSERT INTO occurrence (newsletter, slug, outcome, at, why)
VALUES ($newsletter, $slug, $outcome, $at, $why)
ON CONFLICT DO NOTHING

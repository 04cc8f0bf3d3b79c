-- One message for one person, outside any fan-out; nothing when there is one already.
INSERT INTO message (edition, subscriber, variant, state, due, next)
VALUES ($edition, $subscriber, $variant, 0, $due, $due)
ON CONFLICT DO NOTHING

-- One message for one person, outside any fan-out; nothing when there is one already.
INSERT INTO message (edition, subscriber, variant, state, due, next, domain_group)
VALUES ($edition, $subscriber, $variant, 0, $due, $due,
        COALESCE((SELECT s.domain_group FROM subscriber s WHERE s.id = $subscriber), 0))
ON CONFLICT DO NOTHING

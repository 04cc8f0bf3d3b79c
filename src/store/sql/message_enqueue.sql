-- One message for one person, outside any fan-out; nothing when they had one already.
INSERT INTO message (edition, subscriber, variant, state, due, next, lane)
VALUES ($edition, $subscriber, $variant, 0, $due, $due,
        COALESCE((SELECT l.lane FROM subscriber_lane l WHERE l.subscriber = $subscriber), 0))
{revived}

-- Active subscriptions (1) of which the consent ledger knows nothing.
SELECT count(*), min(newsletter), min(subscriber) FROM subscription
WHERE status = 1 AND NOT EXISTS (
    SELECT 1 FROM consent c
    WHERE c.subscriber = subscription.subscriber AND c.newsletter = subscription.newsletter)

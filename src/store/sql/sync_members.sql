-- Who is subscribed to a newsletter, pending ones too, in order.
SELECT u.subscriber, s.address
FROM subscription u JOIN subscriber s ON s.id = u.subscriber
WHERE u.newsletter = $newsletter AND u.status IN (0, 1)
ORDER BY u.subscriber

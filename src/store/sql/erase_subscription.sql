-- What an erased person had subscribed to and chosen.
DELETE FROM subscription
WHERE newsletter IN (SELECT id FROM newsletter) AND subscriber = $subscriber

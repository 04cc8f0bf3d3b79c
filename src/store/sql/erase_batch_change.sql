-- How an erased person's subscriptions stood before imports changed them.
DELETE FROM batch_change WHERE batch IN (SELECT id FROM batch) AND subscriber = $subscriber

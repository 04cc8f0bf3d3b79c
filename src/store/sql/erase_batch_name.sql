-- The names that imports gave an erased person.
DELETE FROM batch_name WHERE batch IN (SELECT id FROM batch) AND subscriber = $subscriber

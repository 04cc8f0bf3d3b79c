-- The question is answered.
DELETE FROM probe WHERE subscriber = $subscriber

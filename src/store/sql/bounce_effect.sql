-- Which of the things that came back suspended its subscriber: $id, or none (0).
UPDATE bounce SET effect = CASE WHEN id = $id THEN 1 ELSE 0 END
WHERE subscriber = $subscriber AND (effect = 1 OR id = $id)

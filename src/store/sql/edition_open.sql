-- Lets senders claim from an edition whose fan-out is complete.
UPDATE edition SET phase = 1 WHERE id = $id AND phase = 0

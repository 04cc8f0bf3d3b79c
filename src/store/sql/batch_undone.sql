-- A batch was taken back.
UPDATE batch SET undone = $now WHERE id = $batch

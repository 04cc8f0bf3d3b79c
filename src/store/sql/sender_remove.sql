-- A sender is gone; its number is never given again.
DELETE FROM sender WHERE id = $sender

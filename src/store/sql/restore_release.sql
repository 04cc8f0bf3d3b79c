-- The quarantine ends.
UPDATE restore SET released = $now WHERE released IS NULL

-- Likewise: they were given nothing.
DELETE FROM relay_use

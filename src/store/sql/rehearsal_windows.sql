-- Likewise: no domain group had trouble by them.
DELETE FROM relay_window

-- Whether any domain group has a window by this relay that is not wide open.
SELECT CASE WHEN EXISTS (SELECT 1 FROM relay_window WHERE relay = $relay) THEN 1 ELSE 0 END

-- The last id given of each kind.
SELECT kind, last FROM id_counter ORDER BY kind

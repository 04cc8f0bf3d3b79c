-- Raw bounces as they are kept, deflated, to look for an address in them.
SELECT id, raw FROM bounce WHERE id > $after AND raw IS NOT NULL ORDER BY id LIMIT $most

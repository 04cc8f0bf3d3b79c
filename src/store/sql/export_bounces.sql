-- What came back of one person's messages, raw where it is still there.
SELECT id, at, source, edition, status, address, rule, words, raw
FROM bounce WHERE subscriber = $subscriber ORDER BY id

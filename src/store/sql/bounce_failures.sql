-- How many others that came back for this message say that it failed, or complain of it.
SELECT count(*) FROM bounce
WHERE subscriber = $subscriber AND edition = $edition AND id <> $id AND kind > 0
  AND result IN (1, 2, 9, 10, 12, 13)

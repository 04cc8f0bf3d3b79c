-- What is too long ago to count.
DELETE FROM relay_use WHERE relay = $relay AND span = $span AND at <= $upto

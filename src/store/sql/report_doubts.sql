-- Messages of an edition whose fate nobody knows (5).
SELECT subscriber FROM message WHERE edition = $edition AND state = 5 ORDER BY subscriber LIMIT $most

-- Where a slice of $size messages of an edition ends; NULL when none is left.
SELECT max(subscriber)
FROM (SELECT subscriber FROM message
      WHERE edition = $edition AND subscriber > $after
      ORDER BY subscriber LIMIT $size) AS slice

-- Where a slice of $size attempts of an edition ends; NULL when none is left.
SELECT max(subscriber)
FROM (SELECT subscriber FROM attempt
      WHERE edition = $edition AND subscriber > $after
      ORDER BY subscriber LIMIT $size) AS slice

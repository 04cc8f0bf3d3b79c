-- Where a slice of $size subscriptions ends; NULL when nobody is left.
SELECT max(subscriber)
FROM (SELECT subscriber FROM subscription
      WHERE newsletter = $newsletter AND subscriber > $after
      ORDER BY subscriber LIMIT $size) AS slice

-- A year of one person's editions of a newsletter.
SELECT editions FROM history
WHERE subscriber = $subscriber AND newsletter = $newsletter AND year = $year

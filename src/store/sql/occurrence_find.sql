-- What became of a day of the schedule.
SELECT outcome, at, changed, overdue FROM occurrence WHERE newsletter = $newsletter AND slug = $slug

-- The standfirst of the newsletter's newest edition before a date: one that is the same every day
-- makes no preheader.
SELECT standfirst FROM edition
WHERE newsletter = $newsletter AND date < $date
ORDER BY date DESC, id DESC LIMIT 1

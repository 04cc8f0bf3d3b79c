-- The standfirst of the newsletter's newest edition before a date, notices (class 0) apart: one that
-- is the same every day makes no preheader.
SELECT standfirst FROM edition
WHERE newsletter = $newsletter AND date < $date AND class <> 0
ORDER BY date DESC, id DESC LIMIT 1

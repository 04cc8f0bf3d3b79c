-- The words of servers' replies that belong to an erased person's messages alone.
UPDATE attempt SET words = ''
WHERE edition IN (SELECT id FROM edition) AND subscriber = $subscriber AND words <> ''

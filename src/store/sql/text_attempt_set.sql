-- The words of a try's reply without the address that stood in them; as many as before.
UPDATE attempt SET words = $text
WHERE edition = $edition AND subscriber = $subscriber AND number = $number

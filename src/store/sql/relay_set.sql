-- What is known of a relay now.
UPDATE relay
SET failures = $failures, since = $since, failed = $failed, again = $again,
    refuses = $refuses, proven = $proven, trouble = $trouble
WHERE id = $id

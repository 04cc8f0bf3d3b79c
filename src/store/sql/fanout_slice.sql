-- The messages of a slice of an issue's readers; a row that is there already stays as it is. Reads no
-- messages: SQLite would first gather all rows in a table of its own.
{slice_messages}
ORDER BY s.subscriber
ON CONFLICT DO NOTHING

-- In the copy a rehearsal works on: its relays are others, of whom nothing is known yet.
UPDATE relay SET failures = 0, since = 0, failed = 0, again = 0, refuses = 0, proven = 0,
                 trouble = ''

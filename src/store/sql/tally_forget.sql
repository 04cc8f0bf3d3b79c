-- An edition is let go: what became of it so far was looked at.
DELETE FROM edition_tally WHERE edition = $edition

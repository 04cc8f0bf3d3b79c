-- The variant of a selection in an edition.
SELECT id FROM variant WHERE edition = $edition AND selection = $selection

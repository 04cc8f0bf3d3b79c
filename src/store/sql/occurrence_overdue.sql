-- It is told now that the release has come without an approval; nothing when it was told before.
UPDATE occurrence SET overdue = 1
WHERE newsletter = $newsletter AND slug = $slug AND overdue = 0

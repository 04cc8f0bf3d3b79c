-- It is told now that the file is not what was frozen; nothing when it was told before.
UPDATE occurrence SET changed = 1
WHERE newsletter = $newsletter AND slug = $slug AND changed = 0

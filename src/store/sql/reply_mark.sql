-- Whether a reply may be dropped: 1 nothing refers to it, 0 it is in use again.
UPDATE reply SET unused = $unused WHERE id = $id

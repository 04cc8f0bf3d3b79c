-- A batch by its number.
SELECT newsletter, how, source, file, started, finished, undone, rows_done, added, updated, refused,
       report
FROM batch WHERE id = $id

-- What a batch has done so far; finished stays NULL while it goes on.
UPDATE batch
SET rows_done = $rows, report = $report, added = $added, updated = $updated, refused = $refused,
    finished = $finished
WHERE id = $id

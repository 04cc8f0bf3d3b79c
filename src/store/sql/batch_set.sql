-- What a batch has done so far; finished stays NULL while it goes on.
UPDATE batch
SET added = $added, updated = $updated, refused = $refused, finished = $finished
WHERE id = $id

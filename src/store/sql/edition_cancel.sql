-- Nobody claims from the edition any more, for good.
UPDATE edition SET phase = 2 WHERE id = $id AND phase <> 2

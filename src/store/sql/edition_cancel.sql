-- Nobody claims from the edition any more, for good; so there is nothing left to hold.
UPDATE edition SET phase = 2, held = 0, held_why = '' WHERE id = $id AND phase <> 2

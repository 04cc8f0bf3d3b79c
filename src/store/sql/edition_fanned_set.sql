-- Remembers how far the fan-out is; never goes back.
UPDATE edition SET fanned = $upto WHERE id = $edition AND fanned < $upto AND phase = 0

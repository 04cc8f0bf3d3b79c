-- A sender is alive until then; no row changed: it was reaped.
UPDATE sender SET until = $until WHERE id = $id

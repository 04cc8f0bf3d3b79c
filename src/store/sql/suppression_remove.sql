-- Lifts a suppression that holds for every newsletter, but for one with that reason ($spared), and that of
-- an erased person (20).
DELETE FROM suppression
WHERE hash = $hash AND newsletter = 0 AND reason <> $spared AND reason <> 20

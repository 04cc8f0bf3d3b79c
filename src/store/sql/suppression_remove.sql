-- Lifts a suppression that holds for every newsletter, but for one with that reason ($spared).
DELETE FROM suppression WHERE hash = $hash AND newsletter = 0 AND reason <> $spared

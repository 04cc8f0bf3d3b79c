-- Lifts an automatic suppression that holds for every newsletter; one made by hand stays.
DELETE FROM suppression WHERE hash = $hash AND newsletter = 0 AND reason <> $by_hand

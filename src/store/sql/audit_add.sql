-- Who did what, and how many rows it changed.
INSERT INTO audit (id, at, actor, action, subject, rows_changed)
VALUES ($id, $at, $actor, $action, $subject, $rows)

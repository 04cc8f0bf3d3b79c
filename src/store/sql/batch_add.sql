-- An import or command begins.
INSERT INTO batch (id, newsletter, source, file, started)
VALUES ($id, $newsletter, $source, $file, $started)

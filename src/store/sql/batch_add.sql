-- An import or command begins.
INSERT INTO batch (id, newsletter, how, source, file, started)
VALUES ($id, $newsletter, $how, $source, $file, $started)

-- Something no server said before.
INSERT INTO reply (id, code, text) VALUES ($id, $code, $text)

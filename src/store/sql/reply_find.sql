-- The id of what a server said, words that differ taken out.
SELECT id FROM reply WHERE text = $text AND code = $code

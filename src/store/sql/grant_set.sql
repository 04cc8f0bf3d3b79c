-- What a sender may use of a relay from now on.
INSERT INTO sender_grant (sender, relay, sessions, tokens)
VALUES ($sender, $relay, $sessions, $tokens)
ON CONFLICT (sender, relay)
DO UPDATE SET sessions = excluded.sessions, tokens = excluded.tokens

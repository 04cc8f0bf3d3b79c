-- A relay was given messages, at that instant or in that minute.
INSERT INTO relay_use (relay, span, at, messages) VALUES ($relay, $span, $at, $messages)
ON CONFLICT (relay, span, at) DO UPDATE SET messages = relay_use.messages + excluded.messages

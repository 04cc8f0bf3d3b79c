-- So many more messages of an edition were compacted.
INSERT INTO edition_total (edition, state, messages) VALUES ($edition, $state, $messages)
ON CONFLICT (edition, state) DO UPDATE SET messages = edition_total.messages + excluded.messages

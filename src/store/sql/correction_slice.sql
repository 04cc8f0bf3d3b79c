-- fanout_slice for a correction: for those whose message of what it corrects is sent (1) or in doubt (5).
{slice_messages}
  AND EXISTS (SELECT 1 FROM edition e JOIN message o ON o.edition = e.corrects
              WHERE e.id = $edition AND o.subscriber = s.subscriber AND o.state IN (1, 5))
ORDER BY s.subscriber
ON CONFLICT DO NOTHING

-- Why an address must not be mailed, oldest first: by one newsletter, or by any (NULL).
SELECT s.newsletter, n.name, s.reason, s.evidence, s.at
FROM suppression s LEFT JOIN newsletter n ON n.id = s.newsletter
WHERE s.hash = $hash
  AND (CAST($newsletter AS BIGINT) IS NULL OR s.newsletter IN (0, $newsletter))
ORDER BY s.at, s.newsletter

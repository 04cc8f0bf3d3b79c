-- An address that must not be mailed; the first evidence stays.
INSERT INTO suppression (hash, newsletter, reason, evidence, at)
VALUES ($hash, $newsletter, $reason, $evidence, $at)
ON CONFLICT (hash, newsletter) DO NOTHING

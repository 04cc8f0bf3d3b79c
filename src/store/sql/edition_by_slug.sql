-- Editions of a slug; $newsletter 0: of any newsletter.
SELECT id FROM edition
WHERE slug = $slug AND (CAST($newsletter AS BIGINT) = 0 OR newsletter = $newsletter)
ORDER BY id

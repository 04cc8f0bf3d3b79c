-- An edition by newsletter and slug, with its frozen source.
SELECT id, newsletter, slug, date, class, phase, held, hash, subject, headline, standfirst,
       source_name, source, created, released, valid_for, resend_in_doubt,
       held_why, audience, corrects
FROM edition WHERE newsletter = $newsletter AND slug = $slug

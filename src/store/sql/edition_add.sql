-- A new edition, building; nothing when the slug is taken.
INSERT INTO edition (id, newsletter, slug, date, class, audience, held, held_why, hash, subject,
                     headline, standfirst, source_name, source, created, released, valid_for,
                     resend_in_doubt, corrects)
VALUES ($id, $newsletter, $slug, $date, $class, $audience, $held, $held_why, $hash, $subject,
        $headline, $standfirst, $source_name, $source, $created, $released, $valid_for,
        $resend, $corrects)
ON CONFLICT DO NOTHING

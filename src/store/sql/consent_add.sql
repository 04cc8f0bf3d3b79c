-- The next line of the consent ledger for one person and newsletter.
INSERT INTO consent (subscriber, newsletter, number, at, event, how, source, wording, basis,
                     batch)
VALUES ($subscriber, $newsletter,
        (SELECT COALESCE(MAX(number), 0) + 1 FROM consent
         WHERE subscriber = $subscriber AND newsletter = $newsletter),
        $at, $event, $how, $source, $wording, $basis, $batch)

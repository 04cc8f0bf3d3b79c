-- Since when the scheduler looks after a newsletter.
SELECT since FROM scheduled WHERE newsletter = $newsletter

-- What an edition is called.
SELECT n.name, e.slug, e.subject FROM edition e JOIN newsletter n ON n.id = e.newsletter WHERE e.id = $id

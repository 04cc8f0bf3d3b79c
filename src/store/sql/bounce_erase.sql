-- Takes out of what came back whatever is personal of one person, by number or by the address it names.
UPDATE bounce SET raw = NULL, domain = '', address = '', words = ''
WHERE subscriber = $subscriber OR address = $address

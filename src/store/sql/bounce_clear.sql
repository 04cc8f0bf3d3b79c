-- What counted against a subscriber until then counts no more: a mail has reached them.
UPDATE bounce SET result = $cleared WHERE subscriber = $subscriber AND result = 1 AND at <= $upto

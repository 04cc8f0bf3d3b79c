-- The mail that asks a subscriber whether it arrives.
SELECT edition, queued FROM probe WHERE subscriber = $subscriber

-- The mail that asks one person whether it arrives.
SELECT edition, queued FROM probe WHERE subscriber = $subscriber

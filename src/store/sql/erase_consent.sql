-- The free words in the ledger about an erased person; the trigger lets nothing else pass.
UPDATE consent SET source = '' WHERE subscriber = $subscriber AND source <> ''

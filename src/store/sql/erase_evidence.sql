-- Why an erased address is suppressed: for nothing that could be lifted by itself, and without a server's
-- words.
UPDATE suppression SET evidence = 'erased', reason = $reason WHERE hash = $hash

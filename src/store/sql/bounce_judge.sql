-- A verdict, where the row is still as its reader found it.
UPDATE bounce
SET result = $result, tries = $tries, until = $until, rules = $rules, edition = $edition,
    subscriber = $subscriber, domain = $domain, form = $form, kind = $kind, reason = $reason,
    scope = $scope, disputed = $disputed, blocks = $blocks, status = $status, address = $address,
    rule = $rule, words = $words, effect = $effect
WHERE id = $id AND result = $was

/*
 * address.c: whatever is taken as an address is safe on the wire and stays the same person.
 */
#include "model/address.h"
#include "support/fuzz.h"

/* Nothing that ends a command or an address early (RFC 5321 4.1.2). */
static void must_be_one_path(const char *wire)
{
    must(td_slice_find_control(td_slice(wire)) == (size_t)-1);
    must(td_slice(wire).len > 2 && td_slice(wire).len <= TD_ADDRESS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_address address, again;
    struct td_err err;
    char key[TD_ADDRESS_MAX + 1];
    const struct td_slice text = td_slice_n((const char *)data, size);
    (void)td_address_key(text, key);
    if (td_address_parse(text, &address, &err) != TD_OK)
        return 0;
    must_be_one_path(address.wire);
    must(td_address_key(text, key) && td_slice_is(td_slice(address.key), key));
    must(td_address_parse(td_slice(address.text), &again, &err) == TD_OK);
    must(td_slice_is(td_slice(address.key), again.key));
    must(td_slice_is(td_slice(address.wire), again.wire));
    must(td_address_parse(td_slice(address.wire), &again, &err) == TD_OK);
    must(td_slice_is(td_slice(address.key), again.key));
    return 0;
}

/*
 * token.c: no bytes are a token but those we made; and what is read is what was made, in links and in
 * addresses.
 */
#include "people/token.h"
#include "support/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct td_hmac *key =
        td_hmac_create(td_slice("a key that no fuzzer can know, 32 byte"));
    const struct td_slice text = td_slice_n((const char *)data, size);
    struct td_token token;
    char link[TD_TOKEN_MAX + 1];
    char address[TD_TOKEN_ADDRESS_MAX + 1];
    (void)td_token_key_id(text);
    must(!td_token_read(key, text, &token));
    if (td_token_from_address(text, link))
        must(!td_token_read(key, td_slice(link), &token));
    struct td_token made = {.purpose = TD_PURPOSE_CONFIRM, .key_id = 1};
    memcpy(&made.subscriber, data, size < 4 ? size : 4);
    td_token_make(key, &made, link);
    td_token_to_address(link, address);
    must(td_token_from_address(td_slice(address), link));
    must(td_token_read(key, td_slice(link), &token));
    must(token.subscriber == made.subscriber && token.purpose == made.purpose);
    td_hmac_destroy(key);
    return 0;
}

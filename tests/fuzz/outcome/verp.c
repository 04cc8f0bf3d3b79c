/*
 * verp.c: nothing but a token of ours is believed: a reading that succeeds gives back, in lower case,
 * the very token it read; and a genuine one with any byte of it changed is refused.
 */
#include "support/fuzz.h"

#include <string.h>

#include "outcome/verp.h"

static void believe_only_our_own(struct td_hmac *key, struct td_slice token)
{
    char genuine[TD_VERP_TOKEN_MAX + 1];
    int64_t edition, subscriber;
    if (!td_verp_read(key, token, &edition, &subscriber))
        return;
    td_verp_token(key, edition, subscriber, genuine);
    must(td_slice_iis(token, genuine));
}

/* Three bytes say which message and which byte is changed to what. */
static void refuse_a_changed_one(struct td_hmac *key, const uint8_t *data, size_t size)
{
    char token[TD_VERP_TOKEN_MAX + 1];
    int64_t edition, subscriber;
    if (size < 3)
        return;
    td_verp_token(key, data[0] + 1, data[1] * 1000 + 1, token);
    char *changed = &token[data[2] % strlen(token)];
    char to = size > 3 ? (char)data[3] : 'a';
    bool same = *changed == to || (to >= 'A' && to <= 'Z' && *changed == to + 32);
    *changed = to;
    must(td_verp_read(key, td_slice_n(token, strlen(token)), &edition, &subscriber) ==
         same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct td_verp_place place = {"bounce", "news.example"};
    struct td_hmac *key = td_hmac_create(td_slice("a key for fuzzing"));
    struct td_slice input = td_slice_n((const char *)data, size);
    struct td_slice token;
    if (td_verp_find(&place, input, &token)) {
        must(token.len > 0 && token.len < input.len);
        believe_only_our_own(key, token);
    }
    believe_only_our_own(key, input);
    refuse_a_changed_one(key, data, size);
    td_hmac_destroy(key);
    return 0;
}

/*
 * verp.c: the envelope sender's token: version, edition and subscriber (numbers of 7 bits
 * a byte, lowest first), then 80 bits of HMAC over a label and all of that; in base32.
 */
#include "outcome/verp.h"

#include <string.h>

#include "model/varint.h"

#define VERSION  1
#define MAC_LEN  10
#define BODY_MAX (1 + 2 * TD_VARINT_MAX)

/* Keeps these MACs apart from every other use of the key. */
static const char label[] = "tidings verp";

void td_verp_token(struct td_hmac *key, int64_t edition, int64_t subscriber,
                   char out[TD_VERP_TOKEN_MAX + 1])
{
    struct td_buf bytes;
    struct td_buf text;
    td_buf_init(&bytes, sizeof label + BODY_MAX + MAC_LEN);
    td_buf_init(&text, TD_VERP_TOKEN_MAX);
    td_buf_add(&bytes, label, sizeof label);
    td_buf_add_char(&bytes, VERSION);
    td_varint_put(&bytes, edition);
    td_varint_put(&bytes, subscriber);
    unsigned char mac[TD_SHA256_LEN];
    td_hmac(key, td_buf_slice(&bytes), mac);
    td_buf_add(&bytes, mac, MAC_LEN);
    td_base32(&text, bytes.ptr + sizeof label, bytes.len - sizeof label);
    memcpy(out, text.ptr, text.len + 1);
    td_buf_release(&bytes);
    td_buf_release(&text);
}

/* What the token says, believed or not. */
static bool read_claim(struct td_slice token, int64_t *edition, int64_t *subscriber)
{
    struct td_buf bytes;
    td_buf_init(&bytes, TD_VERP_TOKEN_MAX);
    bool good = token.len <= TD_VERP_TOKEN_MAX && td_base32_decode(token, &bytes) &&
                bytes.len > MAC_LEN && bytes.ptr[0] == VERSION;
    if (good) {
        struct td_slice rest = td_slice_sub(td_buf_slice(&bytes), 1, bytes.len - MAC_LEN);
        good = td_varint_take(&rest, edition) && td_varint_take(&rest, subscriber) &&
               rest.len == 0;
    }
    td_buf_release(&bytes);
    return good;
}

/* Makes the token that the claim would have and compares all of it, in lower case: relays
 * change the case of a local part (standards L2), nothing else of it. */
bool td_verp_read(struct td_hmac *key, struct td_slice token, int64_t *edition,
                  int64_t *subscriber)
{
    int64_t claimed_edition = 0;
    int64_t claimed_subscriber = 0;
    if (!read_claim(token, &claimed_edition, &claimed_subscriber))
        return false;
    char genuine[TD_VERP_TOKEN_MAX + 1];
    td_verp_token(key, claimed_edition, claimed_subscriber, genuine);
    char lower[TD_VERP_TOKEN_MAX + 1] = "";
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (strlen(genuine) != token.len || !td_equal_secret(genuine, lower, token.len))
        return false;
    *edition = claimed_edition;
    *subscriber = claimed_subscriber;
    return true;
}

bool td_verp_find(const struct td_verp_place *place, struct td_slice address,
                  struct td_slice *token)
{
    size_t at = address.len;
    size_t local = strlen(place->local);
    while (at > 0 && address.ptr[at - 1] != '@')
        at--;
    if (at < local + 3 ||
        !td_slice_iis(td_slice_sub(address, at, address.len), place->domain) ||
        !td_slice_istarts(address, place->local) || !strchr("+-=", address.ptr[local]))
        return false;
    *token = td_slice_sub(address, local + 1, at - 1);
    return true;
}

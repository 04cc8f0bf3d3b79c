/*
 * token.c: what a link of one subscriber carries, and its MAC.
 *
 * Bytes before base64url: version, key id, purpose, newsletter, subscriber, edition (numbers of 7
 * bits a byte, lowest first), then 128 bits of HMAC over a label and all of that.
 */
#include "people/token.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"

#define VERSION 1
#define MAC_LEN 16
#define BODY_MAX                                                                         \
    (3 + 4 * 10) /* version, purpose, room; four numbers of at most ten bytes */

/* Keeps these MACs apart from every other use of the key. */
static const char label[] = "tidings link";

static void put_number(struct td_buf *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        td_buf_add_char(out, (char)(0x80 | (n & 0x7F)));
    td_buf_add_char(out, (char)n);
}

/* Takes a number off *rest; false when it is cut or over INT64_MAX. */
static bool take_number(struct td_slice *rest, int64_t *out)
{
    uint64_t n = 0;
    for (unsigned shift = 0; rest->len > 0 && shift < 63; shift += 7) {
        unsigned char c = (unsigned char)rest->ptr[0];
        *rest = td_slice_sub(*rest, 1, rest->len);
        n |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80) {
            *out = (int64_t)n;
            return true;
        }
    }
    return false;
}

void td_token_make(struct td_hmac *key, const struct td_token *token,
                   char out[TD_TOKEN_MAX + 1])
{
    if (token->key_id < 0 || token->newsletter < 0 || token->subscriber < 0 ||
        token->edition < 0)
        TD_PANIC("negative id in a token");
    struct td_buf bytes;
    struct td_buf text;
    td_buf_init(&bytes, sizeof label + BODY_MAX + MAC_LEN);
    td_buf_init(&text, TD_TOKEN_MAX);
    td_buf_add(&bytes, label, sizeof label);
    td_buf_add_char(&bytes, VERSION);
    put_number(&bytes, (uint64_t)token->key_id);
    td_buf_add_char(&bytes, (char)token->purpose);
    put_number(&bytes, (uint64_t)token->newsletter);
    put_number(&bytes, (uint64_t)token->subscriber);
    put_number(&bytes, (uint64_t)token->edition);
    unsigned char mac[TD_SHA256_LEN];
    td_hmac(key, td_buf_slice(&bytes), mac);
    td_buf_add(&bytes, mac, MAC_LEN);
    td_base64url(&text, bytes.ptr + sizeof label, bytes.len - sizeof label);
    memcpy(out, text.ptr, text.len + 1);
    td_buf_release(&bytes);
    td_buf_release(&text);
}

/* What the token says, believed or not. */
static bool read_claim(struct td_slice text, struct td_token *out)
{
    int64_t key_id = 0;
    int64_t purpose = 0;
    struct td_buf bytes;
    td_buf_init(&bytes, TD_TOKEN_MAX);
    bool good = text.len <= TD_TOKEN_MAX && td_base64url_decode(text, &bytes) &&
                bytes.len > MAC_LEN && bytes.ptr[0] == VERSION;
    if (good) {
        struct td_slice rest = td_slice_sub(td_buf_slice(&bytes), 1, bytes.len - MAC_LEN);
        good = take_number(&rest, &key_id) && key_id <= INT_MAX &&
               take_number(&rest, &purpose) && purpose >= TD_PURPOSE_UNSUBSCRIBE &&
               purpose <= TD_PURPOSE_VIEW && take_number(&rest, &out->newsletter) &&
               take_number(&rest, &out->subscriber) &&
               take_number(&rest, &out->edition) && rest.len == 0;
    }
    out->key_id = (int)key_id;
    out->purpose = (enum td_purpose)purpose;
    td_buf_release(&bytes);
    return good;
}

int td_token_key_id(struct td_slice text)
{
    struct td_token claim;
    return read_claim(text, &claim) ? claim.key_id : -1;
}

/* Makes the token that the claim would have and compares all of it: any other spelling of the same
 * numbers fails with it. */
bool td_token_read(struct td_hmac *key, struct td_slice text, struct td_token *out)
{
    struct td_token claim;
    if (!read_claim(text, &claim))
        return false;
    char genuine[TD_TOKEN_MAX + 1];
    td_token_make(key, &claim, genuine);
    if (strlen(genuine) != text.len || !td_equal_secret(genuine, text.ptr, text.len))
        return false;
    *out = claim;
    return true;
}

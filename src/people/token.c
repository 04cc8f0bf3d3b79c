/*
 * token.c: what a link of one subscriber carries, and its MAC.
 *
 * Bytes before base64url: version, key id, purpose, newsletter, subscriber, edition
 * (numbers of 7 bits a byte, lowest first), then 128 bits of HMAC over a label and all of
 * that.
 */
#include "people/token.h"

#include <limits.h>
#include <string.h>

#include "model/varint.h"

#define VERSION  1
#define MAC_LEN  16
#define BODY_MAX (2 + 4 * TD_VARINT_MAX)

/* Keeps these MACs apart from every other use of the key. */
static const char label[] = "tidings link";

const char *td_purpose_path(enum td_purpose purpose)
{
    switch (purpose) {
    case TD_PURPOSE_UNSUBSCRIBE: return "u";
    case TD_PURPOSE_CONFIRM: return "c";
    case TD_PURPOSE_PREFERENCES: return "p";
    case TD_PURPOSE_VIEW: return "v";
    }
    return "";
}

void td_token_make(struct td_hmac *key, const struct td_token *token,
                   char out[TD_TOKEN_MAX + 1])
{
    struct td_buf bytes;
    struct td_buf text;
    td_buf_init(&bytes, sizeof label + BODY_MAX + MAC_LEN);
    td_buf_init(&text, TD_TOKEN_MAX);
    td_buf_add(&bytes, label, sizeof label);
    td_buf_add_char(&bytes, VERSION);
    td_varint_put(&bytes, token->key_id);
    td_buf_add_char(&bytes, (char)token->purpose);
    td_varint_put(&bytes, token->newsletter);
    td_varint_put(&bytes, token->subscriber);
    td_varint_put(&bytes, token->edition);
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
        good = td_varint_take(&rest, &key_id) && key_id <= INT_MAX &&
               td_varint_take(&rest, &purpose) && purpose >= TD_PURPOSE_UNSUBSCRIBE &&
               purpose <= TD_PURPOSE_VIEW && td_varint_take(&rest, &out->newsletter) &&
               td_varint_take(&rest, &out->subscriber) &&
               td_varint_take(&rest, &out->edition) && rest.len == 0;
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

/* Makes the token that the claim would have and compares all of it: any other spelling of
 * the same numbers fails with it. */
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

void td_token_to_address(const char *token, char out[TD_TOKEN_ADDRESS_MAX + 1])
{
    struct td_buf bytes;
    struct td_buf text;
    td_buf_init(&bytes, TD_TOKEN_MAX);
    td_buf_init(&text, TD_TOKEN_ADDRESS_MAX);
    if (td_base64url_decode(td_slice(token), &bytes))
        td_base32(&text, bytes.ptr, bytes.len);
    if (td_buf_full(&text))
        td_buf_clear(&text);
    memcpy(out, text.ptr, text.len + 1);
    td_buf_release(&text);
    td_buf_release(&bytes);
}

bool td_token_from_address(struct td_slice text, char out[TD_TOKEN_MAX + 1])
{
    struct td_buf bytes;
    struct td_buf token;
    td_buf_init(&bytes, TD_TOKEN_MAX);
    td_buf_init(&token, TD_TOKEN_MAX);
    const bool good = text.len <= TD_TOKEN_ADDRESS_MAX && td_base32_decode(text, &bytes);
    if (good) {
        td_base64url(&token, bytes.ptr, bytes.len);
        memcpy(out, token.ptr, token.len + 1);
    }
    td_buf_release(&token);
    td_buf_release(&bytes);
    return good;
}

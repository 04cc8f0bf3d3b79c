/*
 * token.h: links that act for one subscriber: HMAC-SHA-256 over version, key id, purpose,
 * newsletter and subscriber (standards G3, Q6). They never expire.
 */
#ifndef TD_PEOPLE_TOKEN_H
#define TD_PEOPLE_TOKEN_H

#include "base/crypto.h"

enum td_purpose {
    TD_PURPOSE_UNSUBSCRIBE = 1,
    TD_PURPOSE_CONFIRM = 2,
    TD_PURPOSE_PREFERENCES = 3,
    TD_PURPOSE_VIEW = 4
};

/* The word in front of the token in a link of that purpose: "u", "c", "p", "v". It is for people and
 * routers: what a token allows is in the token. */
const char *td_purpose_path(enum td_purpose purpose);

struct td_token {
    enum td_purpose purpose;
    int key_id;         /* which key made it; keys rotate, old ones stay valid */
    int64_t newsletter; /* store id */
    int64_t subscriber;
    int64_t edition; /* TD_PURPOSE_VIEW; else 0 */
};

#define TD_TOKEN_MAX 80
/* base64url, URL-safe, nothing personal in it. */
void td_token_make(struct td_hmac *key, const struct td_token *token,
                   char out[TD_TOKEN_MAX + 1]);

/* The same token as a part of a mail address: lower-case base32, which survives what mail servers do to
 * case; and back (false for what is none). It fits a local part with 15 characters in front of it, or
 * there is none: then out is "". */
#define TD_TOKEN_ADDRESS_MAX 48
void td_token_to_address(const char *token, char out[TD_TOKEN_ADDRESS_MAX + 1]);
bool td_token_from_address(struct td_slice text, char out[TD_TOKEN_MAX + 1]);

/* The key id a token claims, or -1; then td_token_read with that key. */
int td_token_key_id(struct td_slice text);
bool td_token_read(struct td_hmac *key, struct td_slice text, struct td_token *out);

#endif

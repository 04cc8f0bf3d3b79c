/*
 * keys.h: the instance's secret keys: files of 64 hex digits, 0600, made by `tidings init`.
 *
 *   token-N.key   unsubscribe and other links, N = key id; the highest signs, all verify
 *   verp.key      bounce addresses
 *   address.key   the hash by which the suppression list knows an address
 *   message.key   Message-IDs
 */
#ifndef TD_APP_KEYS_H
#define TD_APP_KEYS_H

#include "base/crypto.h"
#include "base/err.h"

#define TD_TOKEN_KEYS_MAX 16

struct td_keys {
    struct td_hmac *token[TD_TOKEN_KEYS_MAX]; /* by key id; NULL: no such key */
    int token_newest;
    struct td_hmac *verp;
    struct td_hmac *address;
    struct td_hmac *message;
};

/* Writes new keys where missing (0600); never overwrites. */
enum td_status td_keys_make(const char *keys_dir, struct td_err *err);

/* TD_CONFIG when a key is missing, malformed, or readable by others than its owner. */
enum td_status td_keys_load(const char *keys_dir, struct td_keys *out, struct td_err *err);
void td_keys_release(struct td_keys *keys);

/* The 16-byte keyed hash of an address key (model/address.h). */
#define TD_ADDRESS_HASH_LEN 16
void td_keys_address_hash(const struct td_keys *keys, struct td_slice address_key,
                          unsigned char out[TD_ADDRESS_HASH_LEN]);

#endif

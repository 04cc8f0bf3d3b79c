/*
 * keys.h: the instance's secrets: its own keys, and files that hold a password.
 *
 * Keys are files of 64 hex digits, 0600, made by `tidings init`:
 *
 *   token-N.key   unsubscribe and other links, N = key id; the highest signs, all verify
 *   verp.key      bounce addresses; verp-N.key: those that made them before
 *   address.key   the hash by which the suppression list knows an address
 *   message.key   Message-IDs
 *
 * The key of links is replaced by adding token-2.key (td_keys_rotate); the old one stays for as long as
 * old mail is read. To rotate the key of bounce addresses, rename verp.key to verp-1.key and make a new
 * verp.key; the old one stays for bounce.accept_for. The other two are never replaced: what they made
 * could not be read any more.
 */
#ifndef TD_APP_KEYS_H
#define TD_APP_KEYS_H

#include "base/crypto.h"
#include "base/err.h"

#define TD_TOKEN_KEYS_MAX 100
#define TD_VERP_KEYS_MAX  16

struct td_keys {
    struct td_hmac *token[TD_TOKEN_KEYS_MAX]; /* by key id; NULL: no such key */
    int token_newest;
    struct td_hmac *verp; /* makes addresses; one of verp_all */
    struct td_hmac
        *verp_all[TD_VERP_KEYS_MAX]; /* owned; each reads what it made; NULL: none */
    struct td_hmac *address;
    struct td_hmac *message;
};

/* Writes new keys where missing (0600); never overwrites. keys_dir is made 0700. */
enum td_status td_keys_make(const char *keys_dir, struct td_err *err);

/* "token-2.key". */
#define TD_TOKEN_KEY_NAME_MAX 24
void td_token_key_name(int id, char out[TD_TOKEN_KEY_NAME_MAX]);

/* Writes the next key of links; *id is its number. What `keys` holds goes on as it is. TD_CANTCREAT
 * when all numbers are used. */
enum td_status td_keys_rotate(const char *keys_dir, const struct td_keys *keys, int *id,
                              struct td_err *err);

/* TD_CONFIG when a key is missing, malformed, or readable by others than its owner; then *out
 * holds nothing. On success td_keys_release frees what it holds (zeroes are fine). */
enum td_status td_keys_load(const char *keys_dir, struct td_keys *out,
                            struct td_err *err);
void td_keys_release(struct td_keys *keys);

/* The 16-byte keyed hash of an address key (model/address.h). */
#define TD_ADDRESS_HASH_LEN 16
void td_keys_address_hash(const struct td_keys *keys, struct td_slice address_key,
                          unsigned char out[TD_ADDRESS_HASH_LEN]);

/*
 * Where a file of the configuration is: relative to dir, or, for a name that begins with
 * $CREDENTIALS_DIRECTORY/, among the credentials that systemd gave to this service. *out is the
 * caller's (free). TD_CONFIG when there are no credentials.
 */
enum td_status td_secret_path(const char *dir, const char *name, char **out,
                              struct td_err *err);

/* Appends the file, less the line end behind it. TD_CONFIG when it is not there, not a regular
 * file, or its mode lets others than its owner read or write it (standards J6, I9); or when it is
 * larger than out may hold. A credential of systemd may show a group: that is how its access list for
 * the service's user looks. */
enum td_status td_secret_read(const char *path, struct td_buf *out, struct td_err *err);

#endif

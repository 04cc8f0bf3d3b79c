/*
 * log.h: one line per event, `event=settle msg=12-345 verdict=retry`, to stderr or the
 * journal.
 *
 * The sink is the only global of tidings. Values with a space, '"' or '=' are quoted;
 * control bytes are escaped. Addresses are logged hashed above debug level
 * (td_log_address).
 */
#ifndef TD_BASE_LOG_H
#define TD_BASE_LOG_H

#include "base/str.h"

enum td_level { TD_DEBUG, TD_INFO, TD_WARN, TD_ERROR };

/* Which levels are shown, and the role shown as role=… (NULL: none). Default: TD_WARN,
 * none. */
void td_log_setup(enum td_level least, const char *role);
bool td_log_shows(enum td_level level);

/*
 * td_log(TD_INFO, "settle", "msg=%s verdict=%s", id, name): the format is a list of
 * key=%x pairs, at least one, apart by single spaces; each %s value is quoted and escaped
 * as needed. A NULL string is shown as "-". Knows %s, %.*s, %d, %u, %zu, %ld, %lu, %lld,
 * %llu and plain text; a line over 4 KB is cut and says cut=1.
 */
void td_log(enum td_level level, const char *event, const char *pairs, ...)
    __attribute__((format(printf, 3, 4)));

/* A short, stable name of an address for logs: 8 hex digits of its hash and the domain,
 * `3f2a91c0@example.org`; at debug level the address as it is. out holds 300 bytes. */
const char *td_log_address(struct td_slice address, char out[300]);

#endif

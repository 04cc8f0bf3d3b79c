/*
 * line.h: what IMAP and POP3 servers say, line by line. Pure; any bytes are a line, and what is not
 * understood is passed by, and leaves what it would have set as it was.
 */
#ifndef TD_MAILBOX_LINE_H
#define TD_MAILBOX_LINE_H

#include "base/str.h"

/* "* 3 FETCH (UID 17 RFC822.SIZE 2048)", in any order and with more in it. False for another line, or
 * without a UID; size is 0 where none is said. */
struct td_imap_fetched {
    int64_t number, uid, size;
};
bool td_imap_fetched(struct td_slice line, struct td_imap_fetched *out);

/* "* 12 EXISTS" */
bool td_imap_exists(struct td_slice line, int64_t *out);

/* "* OK [UIDVALIDITY 1234] …" */
bool td_imap_validity(struct td_slice line, int64_t *out);

/* "3 2048" of a LIST */
bool td_pop3_listed(struct td_slice line, int64_t *number, int64_t *size);

#endif

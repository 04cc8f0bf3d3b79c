/*
 * bearer.h: the OAuth token that a relay is logged in with: read anew from its file, or printed by a
 * command that runs beside us. Nothing waits for it: until it is there no session is opened.
 */
#ifndef TD_APP_BEARER_H
#define TD_APP_BEARER_H

#include "base/buf.h"
#include "base/err.h"
#include "model/relay.h"

struct td_bearer {
    const struct td_relay *relay; /* borrowed; NULL: zeroes, no token wanted */
    struct td_buf token;
    struct td_buf said; /* by the command so far */
    td_time got;        /* monotonic: when the token was had; 0: never */
    td_time again;      /* monotonic: not asked for before */
    td_time begun;      /* monotonic: the command was started */
    int pid;            /* of the command; 0: it does not run */
    int out;            /* its standard output */
};

void td_bearer_init(struct td_bearer *bearer, const struct td_relay *relay);
void td_bearer_release(struct td_bearer *bearer); /* ends the command, wipes the token */

/* Moves on; `now` is monotonic. TD_OK: the token may be used; TD_AGAIN: it is being fetched; else why
 * it cannot be had, said once for each try. A token is fetched anew every few minutes. */
enum td_status td_bearer_tend(struct td_bearer *bearer, td_time now, struct td_err *err);

/* The relay refused it: the next tend fetches another. */
void td_bearer_doubt(struct td_bearer *bearer);

#endif

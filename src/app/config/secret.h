/*
 * secret.h: passwords and tokens: from a file that nobody else may read, or from a command that prints
 * one. Asked for each time, for tokens run out. A secret stands on no command line and in no log.
 */
#ifndef TD_APP_SECRET_H
#define TD_APP_SECRET_H

#include "base/buf.h"
#include "base/err.h"

struct td_secret_source {
    const char *file;    /* a path; or NULL */
    const char *command; /* words apart by spaces, run without a shell; or NULL */
};

/*
 * Appends the secret, one line. TD_CONFIG for a file that cannot be had, that others may read, or that
 * holds more than a line; TD_UNAVAILABLE for a command that fails, says nothing or takes longer than
 * 30 seconds. `out` is to be wiped by the caller (td_secret_wipe).
 */
enum td_status td_secret_get(const struct td_secret_source *source, struct td_buf *out,
                             struct td_err *err);
void td_secret_wipe(struct td_buf *secret);

#endif

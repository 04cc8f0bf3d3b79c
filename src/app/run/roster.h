/*
 * roster.h: who of the daemon is at work: written by the daemon into the file that is its lock, read by
 * whoever asks (`status`). The kernel frees the lock when the daemon ends, so a roster without its lock is
 * one of the past.
 */
#ifndef TD_APP_ROSTER_H
#define TD_APP_ROSTER_H

#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

#define TD_ROSTER_MAX  64
#define TD_ROSTER_NAME 24

struct td_roster {
    int64_t daemon; /* its process; 0: none runs */
    struct {
        char role[TD_ROSTER_NAME];
        int64_t pid; /* 0: it ended, and is started again */
    } items[TD_ROSTER_MAX];
    size_t count;
};

/* "PATH.daemon" of a database's URL. */
#define TD_ROSTER_PATH 4200
void td_roster_path(const char *database, char out[TD_ROSTER_PATH]);

/* In one write, of the same length as long as the roles are the same: who reads meanwhile sees the one
 * or the other. */
enum td_status td_roster_write(int fd, const struct td_roster *roster,
                               struct td_err *err);

/* *out says that none runs where that is so. */
enum td_status td_roster_see(const char *database, struct td_roster *out,
                             struct td_err *err);

/* What the file says, whoever holds its lock. */
void td_roster_read(int fd, struct td_roster *out);

#endif

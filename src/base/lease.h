/*
 * lease.h: whether somebody has a file open for writing (leases of fcntl(2)), and renaming that never
 * replaces. What Linux offers beyond POSIX stays in lease.c.
 */
#ifndef TD_BASE_LEASE_H
#define TD_BASE_LEASE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/clock.h"

enum td_writers {
    TD_WRITERS_NONE,
    TD_WRITERS_SOME,
    TD_WRITERS_UNKNOWN, /* the file is another user's, or the file system has no leases */
};

/* fd is open for reading only. With TD_WRITERS_NONE a lease is held from now on: whoever opens the file
 * for writing waits until it is dropped. */
enum td_writers td_lease_take(int fd);

/* How long ago the file was changed, by the clock that stamps files. */
td_time td_quiet_for(const struct stat *st);

/* Whether whoever wrote the file is done: nobody has it open, or, where that cannot be known, it was not
 * changed for ten seconds. */
bool td_writers_gone(enum td_writers writers, const struct stat *st);

/* Whether nobody has asked for writing since; drops the lease. */
bool td_lease_drop(int fd);

/* rename(2) that fails with EEXIST where `to` is there. 0, or -1 and errno. */
int td_rename_new(const char *from, const char *to);

#endif

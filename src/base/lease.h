/*
 * lease.h: whether somebody has a file open for writing (leases of fcntl(2)), and renaming that never
 * replaces. What Linux offers beyond POSIX stays in lease.c.
 */
#ifndef TD_BASE_LEASE_H
#define TD_BASE_LEASE_H

#include <stdbool.h>

enum td_writers {
    TD_WRITERS_NONE,
    TD_WRITERS_SOME,
    TD_WRITERS_UNKNOWN, /* the file is another user's, or the file system has no leases */
};

/* fd is open for reading only. With TD_WRITERS_NONE a lease is held from now on: whoever opens the file
 * for writing waits until it is dropped. */
enum td_writers td_lease_take(int fd);

/* Whether nobody has asked for writing since; drops the lease. */
bool td_lease_drop(int fd);

/* rename(2) that fails with EEXIST where `to` is there. 0, or -1 and errno. */
int td_rename_new(const char *from, const char *to);

#endif

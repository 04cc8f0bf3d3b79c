/* Leases and renames of Linux (lease.h). */
#define _GNU_SOURCE
#include "base/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

enum td_writers td_lease_take(int fd)
{
    struct sigaction before;
    /* Who opens the file for writing makes the kernel tell us by this signal; we ask instead. */
    if (sigaction(SIGIO, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        (void)signal(SIGIO, SIG_IGN);
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0)
        return TD_WRITERS_NONE;
    return errno == EAGAIN ? TD_WRITERS_SOME : TD_WRITERS_UNKNOWN;
}

bool td_lease_drop(int fd)
{
    bool undisturbed = fcntl(fd, F_GETLEASE) == F_RDLCK;
    (void)fcntl(fd, F_SETLEASE, F_UNLCK);
    return undisturbed;
}

int td_rename_new(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

/* Leases and renames of Linux (lease.h). */
#define _GNU_SOURCE
#include "base/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

#define QUIET (10 * TD_SECOND)

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

td_time td_quiet_for(const struct stat *st)
{
    struct td_clock clock = td_clock_system();
    return td_clock_now(&clock) - ((td_time)st->st_mtim.tv_sec * TD_SECOND +
                                   (td_time)st->st_mtim.tv_nsec / 1000);
}

bool td_writers_gone(enum td_writers writers, const struct stat *st)
{
    return writers == TD_WRITERS_NONE ||
           (writers == TD_WRITERS_UNKNOWN && td_quiet_for(st) >= QUIET);
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

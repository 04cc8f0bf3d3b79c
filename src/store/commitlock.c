/*
 * commitlock.c: flock on files beside the database.
 */
#include "store/commitlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat st;

    /* A umask may have taken even the owner's bits. */
    if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 0600) != 0600)
        (void)fchmod(fd, 0600);
    return fd;
}

static enum td_status cannot_open(const char *path, struct td_err *err)
{
    return td_fail_sys(err, errno == EACCES || errno == EROFS ? TD_NOPERM : TD_CANTCREAT,
                       "cannot open the lock file %s", path);
}

static int flock_again(int fd, int operation)
{
    int rc;

    do
        rc = flock(fd, operation);
    while (rc != 0 && errno == EINTR);
    return rc;
}

enum td_status td_commit_lock_open(struct td_commit_lock *lock, const char *path,
                                   struct td_err *err)
{
    lock->fd = open_private(path);
    if (lock->fd < 0)
        return cannot_open(path, err);
    return TD_OK;
}

void td_commit_lock_close(struct td_commit_lock *lock)
{
    if (lock->fd >= 0)
        (void)close(lock->fd);
    lock->fd = -1;
}

enum td_status td_commit_lock_take(struct td_commit_lock *lock, struct td_err *err)
{
    if (flock_again(lock->fd, LOCK_EX) != 0)
        return td_fail_sys(err, TD_OS, "cannot take the commit lock");
    return TD_OK;
}

void td_commit_lock_drop(struct td_commit_lock *lock)
{
    (void)flock_again(lock->fd, LOCK_UN);
}

enum td_status td_lock_file_try(const char *path, int *fd, struct td_err *err)
{
    int file = open_private(path);

    *fd = -1;
    if (file < 0)
        return cannot_open(path, err);
    if (flock_again(file, LOCK_EX | LOCK_NB) == 0) {
        *fd = file;
        return TD_OK;
    }
    int reason = errno;
    (void)close(file);
    if (reason == EWOULDBLOCK)
        return TD_OK;
    errno = reason;
    return td_fail_sys(err, TD_OS, "cannot lock %s", path);
}

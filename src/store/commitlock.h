/*
 * commitlock.h: the writers of one host take turns: a blocking flock on a file beside the
 * database. The kernel frees it when its holder dies. SQLite's own busy handler sleeps and
 * starves one process for seconds where several write; it is only the net beneath.
 */
#ifndef TD_STORE_COMMITLOCK_H
#define TD_STORE_COMMITLOCK_H

#include <stdbool.h>

#include "base/err.h"

struct td_commit_lock {
    int fd; /* -1: not open */
};

/* Opens (makes, 0600) the file at path. Not inherited by what is executed later; a process that
 * forks opens its own afterwards. */
enum td_status td_commit_lock_open(struct td_commit_lock *lock, const char *path,
                                   struct td_err *err);
void td_commit_lock_close(struct td_commit_lock *lock);

enum td_status td_commit_lock_take(struct td_commit_lock *lock, struct td_err *err);
void td_commit_lock_drop(struct td_commit_lock *lock);

/* Opens (makes, 0600) the file at path and takes its lock if it is free: *fd is the descriptor
 * that holds it, or -1 when another has it. For the senders' own lock files. */
enum td_status td_lock_file_try(const char *path, int *fd, struct td_err *err);

#endif

/*
 * maildir.c: a Maildir: new/, and cur/ too where mails are removed afterwards. Regular files only; a
 * link is never followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "mailbox/ops.h"

struct maildir {
    const struct td_mailbox_config *config; /* borrowed */
    struct td_names names[2];               /* owned: of new/, of cur/ */
    size_t next;                            /* of both together */
};

static const char *const folders[] = {"new", "cur"};

static enum td_status maildir_close(void *state, struct td_err *err)
{
    struct maildir *dir = state;
    (void)err;
    for (size_t i = 0; i < TD_ARRAY_LEN(folders); i++)
        td_names_free(&dir->names[i]);
    free(dir);
    return TD_OK;
}

static char *path_of(const struct maildir *dir, const char *name)
{
    return td_path_join(dir->config->folder, name);
}

static enum td_status make_target(const struct maildir *dir, struct td_err *err)
{
    static const char *const parts[] = {"cur", "new", "tmp"};
    enum td_status status = TD_OK;
    if (dir->config->then != TD_THEN_MOVE)
        return TD_OK;
    char *target = path_of(dir, dir->config->move_to);
    for (size_t i = 0; i < TD_ARRAY_LEN(parts) && status == TD_OK; i++) {
        char *part = td_path_join(target, parts[i]);
        status = td_dir_make(part, 0700, err);
        free(part);
    }
    free(target);
    return status;
}

static enum td_status maildir_open(void **state, const struct td_mailbox_config *config,
                                   struct td_mailbox_mark *mark, struct td_err *err)
{
    struct maildir *dir = td_xcalloc(1, sizeof *dir);
    size_t used = config->then == TD_THEN_KEEP ? 1 : TD_ARRAY_LEN(folders);
    (void)mark; /* what is in cur/ is read */
    dir->config = config;
    enum td_status status = make_target(dir, err);
    for (size_t i = 0; i < used && status == TD_OK; i++) {
        char *path = path_of(dir, folders[i]);
        status = td_dir_list(path, &dir->names[i], err);
        free(path);
    }
    if (status == TD_OK)
        *state = dir;
    else
        (void)maildir_close(dir, NULL);
    return status;
}

/* The nth name of both folders, or NULL. */
static const char *nth(const struct maildir *dir, size_t n, const char **folder)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(folders); i++) {
        *folder = folders[i];
        if (n < dir->names[i].count)
            return dir->names[i].items[n];
        n -= dir->names[i].count;
    }
    return NULL;
}

static enum td_status maildir_list(void *state, struct td_mailbox_item *items,
                                   size_t *count, struct td_err *err)
{
    struct maildir *dir = state;
    const char *folder;
    const char *name;
    (void)err;
    while (*count < TD_MAILBOX_PAGE && (name = nth(dir, dir->next, &folder))) {
        struct td_mailbox_item *item = &items[*count];
        struct stat info;
        dir->next++;
        if (name[0] == '.' || strlen(name) + strlen("new/") >= sizeof item->name)
            continue;
        *item = (struct td_mailbox_item){0};
        (void)snprintf(item->name, sizeof item->name, "%s/%s", folder, name);
        char *path = path_of(dir, item->name);
        if (lstat(path, &info) == 0 && S_ISREG(info.st_mode)) {
            item->size = info.st_size;
            ++*count;
        }
        free(path);
    }
    return TD_OK;
}

static enum td_status read_into(int fd, const char *path, struct td_buf *out,
                                struct td_err *err)
{
    char part[16 * 1024];
    ssize_t n;
    do {
        n = read(fd, part, sizeof part);
        if (n > 0)
            td_buf_add(out, part, (size_t)n);
    } while ((n > 0 && !td_buf_full(out)) || (n < 0 && errno == EINTR));
    return n < 0 ? td_fail_sys(err, TD_IO, "%s", path) : TD_OK;
}

static enum td_status maildir_fetch(void *state, const struct td_mailbox_item *item,
                                    struct td_buf *out, struct td_err *err)
{
    struct maildir *dir = state;
    char *path = path_of(dir, item->name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    enum td_status status = TD_OK;
    if (fd < 0)
        status = td_fail_sys(err, errno == ENOENT ? TD_NOINPUT : TD_IO, "%s", path);
    else
        status = read_into(fd, path, out, err);
    if (fd >= 0)
        (void)close(fd);
    free(path);
    return status;
}

/* To cur/ of this Maildir, or of the one beneath it. */
static enum td_status move(const struct maildir *dir, const char *path, const char *name,
                           struct td_err *err)
{
    bool keep = dir->config->then == TD_THEN_KEEP;
    char *target = path_of(dir, keep ? "" : dir->config->move_to);
    struct td_buf to;
    td_buf_init(&to, 4096);
    td_buf_addf(&to, "%s/cur/%s%s", target, name, strstr(name, ":2,") ? "" : ":2,S");
    enum td_status status = TD_OK;
    if (td_buf_full(&to) || (rename(path, to.ptr) != 0 && errno != ENOENT))
        status = td_fail_sys(err, TD_IO, "%s", path);
    td_buf_release(&to);
    free(target);
    return status;
}

static enum td_status maildir_done(void *state, const struct td_mailbox_item *items,
                                   size_t count, struct td_err *err)
{
    struct maildir *dir = state;
    enum td_status status = TD_OK;
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        char *path = path_of(dir, items[i].name);
        if (dir->config->then != TD_THEN_DELETE)
            status = move(dir, path, td_path_base(path), err);
        else if (unlink(path) != 0 && errno != ENOENT)
            status = td_fail_sys(err, TD_IO, "%s", path);
        free(path);
    }
    return status;
}

const struct td_mailbox_ops td_mailbox_maildir = {
    .open = maildir_open,
    .list = maildir_list,
    .fetch = maildir_fetch,
    .done = maildir_done,
    .close = maildir_close,
};

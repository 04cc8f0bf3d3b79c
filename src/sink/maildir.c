/* maildir.c: one file for each mail. */
#include "sink/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

struct td_maildir {
    char *path;
    int dir;
    unsigned long long count; /* with time and pid makes names unique */
    struct td_buf head;       /* kept between mails for its memory */
};

enum td_status td_maildir_open(struct td_maildir **out, const char *path,
                               struct td_err *err)
{
    static const char *const parts[] = {"tmp", "new", "cur"};
    for (size_t i = 0; i < TD_ARRAY_LEN(parts); i++) {
        char *part = td_path_join(path, parts[i]);
        enum td_status status = td_dir_make(part, 0700, err);
        free(part);
        if (status != TD_OK)
            return status;
    }
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return td_fail_sys(err, TD_CANTCREAT, "%s", path);
    struct td_maildir *maildir = td_xcalloc(1, sizeof *maildir);
    maildir->path = td_xstrdup(path);
    maildir->dir = dir;
    td_buf_init(&maildir->head, SIZE_MAX);
    *out = maildir;
    return TD_OK;
}

void td_maildir_close(struct td_maildir *maildir)
{
    if (maildir == NULL)
        return;
    (void)close(maildir->dir);
    td_buf_release(&maildir->head);
    free(maildir->path);
    free(maildir);
}

static void write_head(struct td_buf *head, const struct td_sink_mail *mail)
{
    struct td_slice rest = mail->recipients;
    struct td_slice recipient;
    td_buf_clear(head);
    td_buf_addf(head, "Return-Path: <%.*s>\r\n", (int)mail->sender.len, mail->sender.ptr);
    while (td_slice_token(&rest, "\n", &recipient))
        td_buf_addf(head, "Delivered-To: %.*s\r\n", (int)recipient.len, recipient.ptr);
}

static bool write_all(int fd, struct td_slice head, struct td_slice content)
{
    while (head.len + content.len > 0) {
        const struct td_slice parts[2] = {head, content};
        struct iovec io[2];
        for (int i = 0; i < 2; i++) {
            /* iovec has no const; writev does not write to it */
            io[i].iov_base = (void *)(uintptr_t)parts[i].ptr;
            io[i].iov_len = parts[i].len;
        }
        ssize_t n = writev(fd, io, 2);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        size_t of_head = (size_t)n < head.len ? (size_t)n : head.len;
        head = td_slice_sub(head, of_head, head.len);
        content = td_slice_sub(content, (size_t)n - of_head, content.len);
    }
    return true;
}

enum td_status td_maildir_add(struct td_maildir *maildir, const struct td_sink_mail *mail,
                              struct td_err *err)
{
    struct timespec now;
    char tmp[128];
    char new[128];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(tmp, sizeof tmp, "tmp/%lld.M%06ldP%ldQ%llu.sink",
                   (long long)now.tv_sec, now.tv_nsec / 1000, (long)getpid(),
                   ++maildir->count);
    (void)snprintf(new, sizeof new, "new/%s", tmp + 4);
    int fd = openat(maildir->dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return td_fail_sys(err, TD_IO, "%s/%s", maildir->path, tmp);
    write_head(&maildir->head, mail);
    bool written = write_all(fd, td_buf_slice(&maildir->head), mail->content);
    written = close(fd) == 0 && written;
    if (!written || renameat(maildir->dir, tmp, maildir->dir, new) != 0) {
        enum td_status status = td_fail_sys(err, TD_IO, "%s/%s", maildir->path, tmp);
        (void)unlinkat(maildir->dir, tmp, 0);
        return status;
    }
    return TD_OK;
}

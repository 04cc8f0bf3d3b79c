/* The daemon's processes in its lock file (roster.h). */
#include "app/run/roster.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"

#define LINE_MOST 64

void td_roster_path(const char *database, char out[TD_ROSTER_PATH])
{
    (void)snprintf(out, TD_ROSTER_PATH, "%s.daemon", strchr(database, ':') + 1);
}

enum td_status td_roster_write(int fd, const struct td_roster *roster, struct td_err *err)
{
    struct td_buf text;
    td_buf_init(&text, (TD_ROSTER_MAX + 1) * LINE_MOST);
    td_buf_addf(&text, "%-20lld\n", (long long)roster->daemon);
    for (size_t i = 0; i < roster->count; i++)
        td_buf_addf(&text, "%-20lld %s\n", (long long)roster->items[i].pid,
                    roster->items[i].role);
    bool done = pwrite(fd, text.ptr, text.len, 0) == (ssize_t)text.len &&
                ftruncate(fd, (off_t)text.len) == 0;
    td_buf_release(&text);
    return done ? TD_OK : td_fail_sys(err, TD_IO, "the daemon's lock file");
}

void td_roster_read(int fd, struct td_roster *out)
{
    char text[(TD_ROSTER_MAX + 1) * LINE_MOST];
    ssize_t n = pread(fd, text, sizeof text, 0);
    struct td_slice rest = td_slice_n(text, n > 0 ? (size_t)n : 0);
    struct td_slice line;
    *out = (struct td_roster){0};
    if (!td_slice_line(&rest, &line) ||
        !td_slice_int64(td_slice_trim(line), &out->daemon))
        return;
    while (out->count < TD_ROSTER_MAX && td_slice_line(&rest, &line)) {
        struct td_slice pid = {0};
        (void)td_slice_token(&line, " ", &pid);
        struct td_slice role = td_slice_trim(line);
        if (!td_slice_int64(pid, &out->items[out->count].pid) || role.len == 0)
            return;
        (void)snprintf(out->items[out->count++].role, TD_ROSTER_NAME, "%.*s",
                       (int)role.len, role.ptr);
    }
}

enum td_status td_roster_see(const char *database, struct td_roster *out,
                             struct td_err *err)
{
    char path[TD_ROSTER_PATH];
    *out = (struct td_roster){0};
    td_roster_path(database, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? TD_OK : td_fail_sys(err, TD_IO, "%s", path);
    if (flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        td_roster_read(fd, out);
    (void)close(fd);
    return TD_OK;
}

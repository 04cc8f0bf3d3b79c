/* The errors file of an import (refusals.h). */
#include "app/people/refusals.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/instance/cell.h"
#include "base/file.h"

/* A record is at most 64 KB, and a byte of it at most four when it is shown as \xNN. */
#define LINE_MAX_BYTES (512 * 1024)

void td_refusals_init(struct td_refusals *refusals, const char *dir, int64_t batch)
{
    char name[64];
    (void)snprintf(name, sizeof name, "import-%lld.errors.csv", (long long)batch);
    *refusals = (struct td_refusals){.path = td_path_join(dir, name)};
    td_buf_init(&refusals->line, LINE_MAX_BYTES);
}

/* Addresses stand in it, so it is for the owner's eyes. */
static enum td_status make_file(struct td_refusals *refusals, struct td_err *err)
{
    int fd =
        open(refusals->path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    refusals->file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!refusals->file) {
        enum td_status status =
            td_fail_sys(err, TD_CANTCREAT, "cannot write %s", refusals->path);
        if (fd >= 0)
            (void)close(fd);
        return status;
    }
    (void)fputs("line,reason,record\r\n", refusals->file);
    return TD_OK;
}

enum td_status td_refusals_add(struct td_refusals *refusals, int64_t line,
                               struct td_slice reason, struct td_slice record,
                               struct td_err *err)
{
    enum td_status status = refusals->file ? TD_OK : make_file(refusals, err);
    if (status != TD_OK)
        return status;
    td_buf_clear(&refusals->line);
    td_buf_addf(&refusals->line, "%lld", (long long)line);
    td_buf_add_char(&refusals->line, ',');
    td_cell_add(&refusals->line, reason);
    td_buf_add_char(&refusals->line, ',');
    td_cell_add(&refusals->line, record);
    td_buf_add_str(&refusals->line, "\r\n");
    if (fwrite(refusals->line.ptr, 1, refusals->line.len, refusals->file) !=
        refusals->line.len)
        return td_fail_sys(err, TD_IO, "cannot write %s", refusals->path);
    return TD_OK;
}

enum td_status td_refusals_finish(struct td_refusals *refusals, struct td_err *err)
{
    if (refusals->file &&
        (fflush(refusals->file) != 0 || fsync(fileno(refusals->file)) != 0))
        return td_fail_sys(err, TD_IO, "cannot write %s", refusals->path);
    return TD_OK;
}

void td_refusals_release(struct td_refusals *refusals)
{
    if (refusals->file)
        (void)fclose(refusals->file);
    td_buf_release(&refusals->line);
    free(refusals->path);
    *refusals = (struct td_refusals){0};
}

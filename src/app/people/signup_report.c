/* The report on a signup file (signup_report.h). */
#include "app/people/signup_report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/instance/cell.h"
#include "base/mem.h"

/* The cells of a record are at most 64 KB, and a byte at most four when it is shown as \xNN. */
#define LINE_MAX_BYTES (512 * 1024)

#define HEADER "line,email,result,status,reason\r\n"

static enum td_status fail(const struct td_signup_report *report, enum td_status status,
                           struct td_err *err)
{
    return td_fail_sys(err, status, "cannot write %s", report->path);
}

/* Addresses stand in it, so it is for the owner's eyes. */
enum td_status td_signup_report_open(struct td_signup_report *report, const char *path,
                                     int64_t length, struct td_err *err)
{
    struct stat st;
    *report = (struct td_signup_report){.path = td_xstrdup(path)};
    td_buf_init(&report->line, LINE_MAX_BYTES);
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    report->file = fd < 0 ? NULL : fdopen(fd, "r+");
    if (!report->file) {
        enum td_status status = fail(report, TD_CANTCREAT, err);
        if (fd >= 0)
            (void)close(fd);
        return status;
    }
    if (fstat(fd, &st) != 0 || ftruncate(fd, (off_t)length) != 0 ||
        fseeko(report->file, (off_t)length, SEEK_SET) != 0)
        return fail(report, TD_IO, err);
    if ((int64_t)st.st_size < length)
        return td_fail(err, TD_IO, "%s is shorter than it was", path);
    if (length == 0 && fputs(HEADER, report->file) == EOF)
        return fail(report, TD_IO, err);
    return TD_OK;
}

static const char *result_name(const struct td_person_outcome *outcome)
{
    switch (outcome->result) {
    case TD_PERSON_ADDED:
    case TD_PERSON_UPDATED: return "taken";
    case TD_PERSON_UNCHANGED: return "already there";
    case TD_PERSON_REFUSED: return "refused";
    }
    return "?";
}

enum td_status td_signup_report_add(struct td_signup_report *report,
                                    const struct td_intake_row *row, struct td_err *err)
{
    const struct td_person_outcome *outcome = row->outcome;
    bool refused = outcome->result == TD_PERSON_REFUSED;
    struct td_slice email = row->row->cells[TD_COL_EMAIL];
    td_buf_clear(&report->line);
    td_buf_addf(&report->line, "%lld,", (long long)row->row->line);
    td_cell_add(&report->line, row->row->fault ? row->row->raw : email);
    td_buf_addf(&report->line, ",%s,%s,", result_name(outcome),
                refused ? "" : td_membership_name(outcome->status));
    if (refused)
        td_cell_add(&report->line, td_slice(row->reason));
    td_buf_add_str(&report->line, "\r\n");
    if (fwrite(report->line.ptr, 1, report->line.len, report->file) != report->line.len)
        return fail(report, TD_IO, err);
    return TD_OK;
}

enum td_status td_signup_report_keep(struct td_signup_report *report, int64_t *length,
                                     struct td_err *err)
{
    if (fflush(report->file) != 0 || fsync(fileno(report->file)) != 0)
        return fail(report, TD_IO, err);
    *length = (int64_t)ftello(report->file);
    return TD_OK;
}

void td_signup_report_close(struct td_signup_report *report)
{
    if (report->file)
        (void)fclose(report->file);
    td_buf_release(&report->line);
    free(report->path);
    *report = (struct td_signup_report){0};
}

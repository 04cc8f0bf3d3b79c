/* The rows of a signup file (signup_file.h). */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/instance/audit.h"
#include "app/people/optin.h"
#include "app/people/signup_file.h"
#include "app/people/signup_report.h"
#include "base/log.h"
#include "store/batch.h"

struct taking {
    const struct td_signup_job *job;
    struct td_intake intake;
    struct td_counts before; /* of an earlier run */
    struct td_signup_report report;
    bool full; /* as many confirmations went out in this hour as may */
};

static struct td_counts total(const struct taking *taking)
{
    struct td_counts sum = taking->before;
    const struct td_counts *more = &taking->intake.counts;
    sum.rows += more->rows;
    sum.added += more->added;
    sum.updated += more->updated;
    sum.unchanged += more->unchanged;
    sum.refused += more->refused;
    return sum;
}

/* Who is pending now is asked, in the same transaction. */
static enum td_status hear_row(void *context, const struct td_intake_row *row,
                               struct td_err *err)
{
    struct taking *taking = context;
    struct td_app *app = taking->job->app;
    enum td_optin_ask ask = TD_ASK_NONE;
    enum td_status status = TD_OK;
    if (row->signup && taking->full)
        status = td_optin_wait(app, row->signup, row->outcome, err);
    else if (row->signup)
        status = td_optin_signed_up(app, row->signup, row->outcome, "", &ask, err);
    taking->full = taking->full || ask == TD_ASK_WAITS;
    return status == TD_OK ? td_signup_report_add(&taking->report, row, err) : status;
}

/* The report is on the disk before the store says that its rows are dealt with. */
static enum td_status keep_batch(void *context, bool last, struct td_err *err)
{
    struct taking *taking = context;
    const struct td_signup_job *job = taking->job;
    struct td_counts sum = total(taking);
    struct td_batch_row batch = {
        .id = job->batch,
        .rows = sum.rows,
        .added = sum.added,
        .updated = sum.updated,
        .refused = sum.refused,
    };
    enum td_status status = td_signup_report_keep(&taking->report, &batch.report, err);
    if (status == TD_OK)
        status = td_store_batch_set(job->app->store, &batch,
                                    last ? td_clock_now(&job->app->clock) : 0, err);
    if (status == TD_OK && last) {
        char *shown = td_signup_shown(job);
        status = td_audit_command(job->app, "signups", td_slice(shown),
                                  sum.added + sum.updated, err);
        free(shown);
    }
    return status;
}

static bool is_trusted(const struct td_config *config, const char *source)
{
    for (size_t i = 0; source && i < config->signup_trusted_count; i++)
        if (strcmp(config->signup_trusted[i], source) == 0)
            return true;
    return false;
}

static void set_up(struct taking *taking, const struct td_batch *batch)
{
    const struct td_signup_job *job = taking->job;
    struct td_intake *intake = &taking->intake;
    td_intake_init(intake, job->app, "file");
    intake->rules.fallback = job->app->config->signup_newsletter;
    intake->rules.may_state = is_trusted(job->app->config, job->source);
    intake->people.batch = job->batch;
    intake->skip = batch->rows;
    intake->stop = job->options->stop;
    intake->calls = (struct td_intake_calls){
        .row = hear_row, .commit = keep_batch, .context = taking};
    taking->before = (struct td_counts){
        .rows = batch->rows,
        .added = batch->added,
        .updated = batch->updated,
        .unchanged = batch->rows - batch->added - batch->updated - batch->refused,
        .refused = batch->refused,
    };
}

/* TD_DATA: it is no file of people. */
static enum td_status take_rows(struct taking *taking, const struct td_batch *batch,
                                struct td_err *err)
{
    char *path = td_signup_path(taking->job, taking->job->folders->taking, "");
    char *report = td_signup_working_report(taking->job);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    enum td_status status = TD_OK;
    if (fd < 0)
        status = td_fail_sys(err, TD_DATA, "cannot be read");
    if (status == TD_OK)
        status = td_signup_report_open(&taking->report, report, batch->report, err);
    if (status == TD_OK)
        status = td_intake_run(&taking->intake, fd, taking->job->name, err);
    td_signup_report_close(&taking->report);
    if (fd >= 0)
        (void)close(fd);
    free(report);
    free(path);
    return status;
}

static void log_file(const char *shown, const struct td_signup_file *file)
{
    const struct td_counts *counts = &file->counts;
    if (file->reason)
        td_log(TD_WARN, "signup_file", "file=%s batch=%lld refused=%s", shown,
               (long long)file->batch, file->reason);
    else
        td_log(TD_INFO, "signup_file",
               "file=%s batch=%lld rows=%lld added=%lld updated=%lld unchanged=%lld "
               "refused=%lld",
               shown, (long long)file->batch, (long long)counts->rows,
               (long long)counts->added, (long long)counts->updated,
               (long long)counts->unchanged, (long long)counts->refused);
}

void td_signup_tell(const struct td_signup_job *job, struct td_signup_file *file)
{
    char *shown = td_signup_shown(job);
    char *report = td_signup_path(job, job->folders->done, ".report.csv");
    file->name = shown;
    file->batch = job->batch;
    file->report = file->reason ? NULL : report;
    log_file(shown, file);
    if (job->options->file)
        job->options->file(job->options->context, file);
    free(report);
    free(shown);
}

enum td_status td_signup_take(const struct td_signup_job *job, bool *refused,
                              struct td_err *err)
{
    struct taking taking = {.job = job};
    struct td_signup_file file = {0};
    struct td_batch batch;
    struct td_err why = {0};
    enum td_status status = td_store_batch_get(job->app->store, job->batch, &batch, err);
    if (status != TD_OK)
        return status;
    bool finished = batch.finished != 0; /* all but the moving was done */
    set_up(&taking, &batch);
    td_query_end(td_query(job->app->store, "batch_get"));
    if (!finished)
        status = take_rows(&taking, &batch, &why);
    file.counts = total(&taking);
    *refused = status == TD_DATA && file.counts.rows == 0;
    if (*refused) {
        file.reason = why.text;
        status = td_signup_refuse(job, why.text, err);
    } else if (status == TD_OK) {
        status = td_signup_put_away(job, err);
    } else {
        return td_fail(err, status, "%s", why.text);
    }
    if (status == TD_OK)
        td_signup_tell(job, &file);
    return status;
}

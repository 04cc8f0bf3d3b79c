/* `tidings bounce ingest|poll`: mails that came back, from a pipe, from files, from mailboxes. */
#include <string.h>

#include "app/bounces/bounce_role.h"
#include "app/postbox/postbox.h"
#include "base/log.h"
#include "cli/bounce.h"
#include "cli/handed_in.h"

/* --- what was done --------------------------------------------------------------------------- */

static void print_counts(struct td_run_context *run,
                         const struct td_bounce_counts *counts)
{
    struct td_json *json = td_json_object();
    struct td_json *results = td_json_object();
    td_json_set_int(json, "taken", counts->taken);
    td_json_set_int(json, "known", counts->known);
    td_printf(run->out, "%lld taken in, %lld known before.\n", (long long)counts->taken,
              (long long)counts->known);
    for (size_t i = 0; i < TD_BOUNCE_RESULTS; i++) {
        const char *name = td_bounce_result_name((enum td_bounce_result)i);
        if (counts->results[i] == 0)
            continue;
        td_json_set_int(results, name, counts->results[i]);
        td_printf(run->out, "%lld %s.\n", (long long)counts->results[i], name);
    }
    td_json_set_take(json, "results", results);
    td_json_set_int(json, "later", counts->later);
    td_json_set_int(json, "suspended", counts->suspended);
    td_json_set_int(json, "reinstated", counts->reinstated);
    if (counts->suspended > 0)
        td_printf(run->out, "%lld suspended.\n", (long long)counts->suspended);
    if (counts->reinstated > 0)
        td_printf(run->out, "%lld reinstated: their domain is failing as a whole.\n",
                  (long long)counts->reinstated);
    td_print_json_take(run->out, json);
}

/* --- ingest ---------------------------------------------------------------------------------- */

static enum td_status ingest_one(struct td_run_context *run, const char *path,
                                 struct td_bounce_counts *counts, struct td_err *err)
{
    bool piped = strcmp(path, "-") == 0;
    struct td_buf mail;
    td_buf_init(&mail, TD_BOUNCE_KEPT_MAX + 1);
    enum td_status status = td_handed_in_read(run->args, path, &mail, err);
    struct td_slice bytes = td_buf_slice(&mail);
    if (status == TD_OK)
        status =
            td_bounces_take(run->app, piped ? "pipe" : "file", &bytes, 1, counts, err);
    td_buf_release(&mail);
    return status;
}

/* A mail server that is told "try again" keeps the mail. Anything else it would take for final and
 * send a bounce of the bounce to nobody: so all is "try again" that can be mended. */
static enum td_status for_a_pipe(enum td_status status, struct td_err *err)
{
    if (status != TD_OK && status != TD_USAGE)
        err->status = status = TD_AGAIN;
    return status;
}

enum td_status td_run_bounce_ingest(struct td_run_context *run, struct td_err *err)
{
    struct td_bounce_counts counts = {0};
    struct td_err working = {0};
    enum td_status status = TD_OK;
    size_t count = run->args->operand_count;
    for (size_t i = 0; i < count && status == TD_OK; i++)
        status = ingest_one(run, run->args->operands[i], &counts, err);
    if (count == 0)
        status = for_a_pipe(ingest_one(run, "-", &counts, err), err);
    if (status != TD_OK)
        return status;
    /* The mail is stored: whatever comes now, it is not lost, and the sender must not send again. */
    if (td_bounces_work(run->app, NULL, &counts, &working) != TD_OK)
        td_log(TD_ERROR, "bounces", "trouble=%s", working.text);
    print_counts(run, &counts);
    return TD_OK;
}

/* --- poll ------------------------------------------------------------------------------------ */

enum td_status td_run_bounce_poll(struct td_run_context *run, struct td_err *err)
{
    struct td_bounce_counts counts = {0};
    struct td_err working = {0};
    enum td_status status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_postboxes_check(run->app, &run->app->config->bounce_boxes,
                                    run->args->operands, run->args->operand_count, err);
    if (status != TD_OK)
        return status;
    status = td_bounces_poll(run->app, run->args->operands, run->args->operand_count,
                             &counts, err);
    enum td_status worked = td_bounces_work(run->app, NULL, &counts, &working);
    if (status == TD_OK && worked != TD_OK)
        *err = working;
    print_counts(run, &counts);
    return status == TD_OK ? worked : status;
}

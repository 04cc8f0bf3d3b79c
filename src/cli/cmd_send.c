/* `tidings send`: the sender role in the foreground. */
#include <stdio.h>

#include "app/bounces/bounces.h"
#include "app/inspect/report.h"
#include "app/queue/admin.h"
#include "app/send/send.h"
#include "base/stop.h"
#include "cli/commands.h"
#include "store/backup.h"

static void show_progress(void *context, int64_t final, int64_t waiting)
{
    int64_t *last = context;
    if (final / 100 == *last / 100 && waiting > 0)
        return;
    *last = final;
    td_progress("delivered", final, 0);
}

static void print_sent(struct td_run_context *run, const struct td_sent *sent)
{
    struct td_json *json = td_json_object();
    td_json_set_int(json, "sent", sent->sent);
    td_json_set_int(json, "deferred", sent->deferred);
    td_json_set_int(json, "failed", sent->failed);
    td_json_set_int(json, "in_doubt", sent->in_doubt);
    td_json_set_real(json, "seconds", sent->seconds);
    td_json_set_int(json, "expired", sent->expired);
    td_json_set_int(json, "suppressed", sent->suppressed);
    td_json_set_int(json, "cancelled", sent->cancelled);
    td_json_set_cstr(json, "trouble", sent->trouble[0] ? sent->trouble : NULL);
    td_print_json_take(run->out, json);
    td_printf(run->out,
              "%lld sent, %lld deferred, %lld failed, %lld in doubt in %.2f s\n",
              (long long)sent->sent, (long long)sent->deferred, (long long)sent->failed,
              (long long)sent->in_doubt, sent->seconds);
    if (sent->expired + sent->suppressed + sent->cancelled > 0)
        td_printf(run->out,
                  "not tried: %lld expired, %lld suppressed, %lld unsubscribed\n",
                  (long long)sent->expired, (long long)sent->suppressed,
                  (long long)sent->cancelled);
}

/* A restored database sends nothing (store/backup.h): a drain has nothing to do, and says so. */
static enum td_status check_quarantine(struct td_run_context *run, bool drain,
                                       struct td_err *err)
{
    static const char words[] =
        "this database was restored: nothing is sent until `tidings db release`";
    struct td_restore restore;
    enum td_status status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_store_quarantined(run->app->store, &restore, err);
    if (status == TD_NO)
        return TD_OK;
    if (status == TD_OK && drain)
        return td_fail(err, TD_AGAIN, "%s", words);
    if (status == TD_OK)
        (void)fprintf(stderr, "tidings: warning: %s\n", words);
    return status;
}

/* What was refused because of its recipient is judged in the daemon by the role `bounces`; a sender in
 * the foreground may be all there is. Trouble with it is no trouble of the sending. */
static void judge_refusals(struct td_run_context *run)
{
    struct td_bounce_counts counts = {0};
    struct td_err err;
    if (td_bounces_work(run->app, NULL, &counts, &err) != TD_OK)
        (void)fprintf(stderr, "tidings: warning: bounces: %s\n", err.text);
}

/* In the daemon the scheduler reports what is done; a drain may be all there is. The reports go out at
 * once; they are not among the counts. */
static void report_done(struct td_run_context *run, const struct td_send_options *options)
{
    struct td_sent sent = {0};
    struct td_err err;
    int64_t queued = 0;
    int64_t cancelled;
    enum td_status status = td_admin_sweep(run->app, &cancelled, &err);
    if (status == TD_OK)
        status = td_reports_run(run->app, &queued, &err);
    if (status == TD_OK && queued > 0)
        status = td_send(run->app, options, &sent, &err);
    if (status != TD_OK)
        (void)fprintf(stderr, "tidings: warning: reports: %s\n", err.text);
}

static enum td_status run_send(struct td_run_context *run, struct td_err *err)
{
    struct td_sent sent = {0};
    int64_t last = 0;
    struct td_send_options options = {
        .drain = td_args_has(run->args, "drain"),
        .stop = td_stop_catch(),
        .progress = show_progress,
        .context = &last,
    };
    struct td_int_range range = {1, TD_SENDERS_MAX, 1};
    int64_t senders = 1;
    run->app->hurry = td_hurry_of_tests();
    enum td_status status = td_args_int(run->args, "senders", range, &senders, err);
    if (status == TD_OK)
        status = check_quarantine(run, options.drain, err);
    if (status == TD_OK && senders > 1)
        status = td_send_many(run->app, (int)senders, &options, &sent, err);
    else if (status == TD_OK)
        status = td_send(run->app, &options, &sent, err);
    td_progress_end();
    if (status != TD_OK) {
        if (sent.sent + sent.deferred + sent.failed + sent.in_doubt > 0)
            print_sent(run, &sent); /* what was done all the same */
        return status;
    }
    judge_refusals(run);
    if (options.drain && !sent.stopped && !sent.relay_down)
        report_done(run, &options);
    print_sent(run, &sent);
    if (sent.unsettled > 0)
        return td_fail(err, TD_IO,
                       "%lld answers could not be stored; their messages are in doubt",
                       (long long)sent.unsettled);
    if (sent.relay_down)
        return td_fail(err, TD_UNAVAILABLE, "relay %s cannot be used: %s", sent.relay,
                       sent.trouble);
    bool cut_short = options.drain && (sent.stopped || sent.capped);
    return sent.deferred > 0 || sent.in_doubt > 0 || cut_short ? TD_AGAIN : TD_OK;
}

static const struct td_option send_options[] = {
    {"drain", NULL, "end when nothing more can be sent now"},
    {"senders", "N", "so many processes that share the work and the limits (default: 1)"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_send[] = {
    {
        .name = "send",
        .operands = "",
        .summary = "Deliver what is due, until stopped",
        .details =
            "Ends on SIGTERM or SIGINT after what is on the wire. With --drain "
            "the exit code is 0\n"
            "when all that was due became final, 75 when some are deferred or in "
            "doubt or it was\n"
            "stopped before the end or an hour's or day's limit is reached, 69 when no "
            "relay could\n"
            "be used.",
        .options = send_options,
        .run = run_send,
    },
    {0},
};

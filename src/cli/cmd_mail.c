/* `tidings mail ingest|poll`: mails to the command address, from a mail server's pipe or a mailbox. */
#include <string.h>

#include "app/answers/command_role.h"
#include "app/postbox/postbox.h"
#include "cli/commands.h"
#include "cli/handed_in.h"

static enum td_status take(struct td_run_context *run, const char *path,
                           struct td_mail_outcome *out, struct td_err *err)
{
    struct td_buf mail;
    td_buf_init(&mail, TD_COMMAND_MAIL_MAX + 1);
    enum td_status status = td_handed_in_read(run->args, path, &mail, err);
    if (status == TD_OK)
        status = td_mail_command(run->app, td_buf_slice(&mail), out, err);
    td_buf_release(&mail);
    return status;
}

static enum td_status run_ingest(struct td_run_context *run, struct td_err *err)
{
    struct td_mail_outcome outcome;
    const bool piped = run->args->operand_count == 0;
    enum td_status status =
        take(run, piped ? "-" : run->args->operands[0], &outcome, err);
    /* A mail server that is told "try again" keeps the mail; all else it would take for final. */
    if (piped && status != TD_OK && status != TD_USAGE)
        err->status = status = TD_AGAIN;
    if (status != TD_OK)
        return status;
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "command", td_command_name(outcome.verb));
    td_json_set_cstr(json, "result", td_mail_result_name(outcome.result));
    if (outcome.subscriber != 0)
        td_json_set_int(json, "subscriber", outcome.subscriber);
    td_print_json_take(run->out, json);
    td_printf(run->out, "%s: %s\n", td_command_name(outcome.verb),
              td_mail_result_name(outcome.result));
    return TD_OK;
}

static enum td_status run_poll(struct td_run_context *run, struct td_err *err)
{
    struct td_mail_counts counts = {0};
    const char *const *names = run->args->operands;
    const size_t count = run->args->operand_count;
    enum td_status status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_postboxes_check(run->app, &run->app->config->command_boxes, names,
                                    count, err);
    if (status != TD_OK)
        return status;
    status = td_mail_commands_poll(run->app, names, count, &counts, err);
    struct td_json *json = td_json_object();
    struct td_json *results = td_json_object();
    td_json_set_int(json, "taken", counts.taken);
    td_json_set_int(json, "known", counts.known);
    td_json_set_int(json, "unreadable", counts.unreadable);
    td_printf(run->out, "%lld taken, %lld known before, %lld unreadable.\n",
              (long long)counts.taken, (long long)counts.known,
              (long long)counts.unreadable);
    for (size_t i = 0; i < TD_MAIL_RESULTS; i++) {
        const char *name = td_mail_result_name((enum td_mail_result)i);
        if (counts.results[i] == 0)
            continue;
        td_json_set_int(results, name, counts.results[i]);
        td_printf(run->out, "%lld %s.\n", (long long)counts.results[i], name);
    }
    td_json_set_take(json, "results", results);
    td_print_json_take(run->out, json);
    return status;
}

static const struct td_option ingest_options[] = {
    {"recipient", "ADDRESS", "whom the mail was sent to, where its header does not say"},
    {"sender", "ADDRESS", "its envelope sender, where its header does not say"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_mail[] = {
    {
        .name = "mail ingest",
        .operands = "[FILE]",
        .operands_max = 1,
        .summary = "Take in a mail to the command address, from a mail server's pipe",
        .details =
            "unsubscribe, subscribe, confirm, help: acts by a token, else asks back. "
            "Without FILE the\nmail is read from stdin, and the exit code is 75 for all "
            "that can be mended, so that the\nmail server keeps it.",
        .options = ingest_options,
        .run = run_ingest,
    },
    {
        .name = "mail poll",
        .operands = "[MAILBOX…]",
        .operands_max = -1,
        .summary = "Read the mailboxes of mails to the command address (commands) now",
        .details =
            "Each mail is obeyed once, and leaves its mailbox when that is stored.",
        .run = run_poll,
    },
    {0},
};

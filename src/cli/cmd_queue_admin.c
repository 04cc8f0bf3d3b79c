/* `tidings queue hold|release|cancel|retry|settle`. */
#include "cli/admin.h"
#include "cli/commands.h"

/* --- one act, told ---------------------------------------------------------------------------- */

static const char *done_word(enum td_admin_act act)
{
    switch (act) {
    case TD_ADMIN_HOLD: return "held";
    case TD_ADMIN_RELEASE: return "released";
    case TD_ADMIN_CANCEL:
    case TD_ADMIN_SETTLE_CANCEL: return "cancelled";
    case TD_ADMIN_RETRY:
    case TD_ADMIN_SETTLE_RESEND: return "due again";
    case TD_ADMIN_SETTLE_SENT: return "settled as sent";
    }
    return "changed";
}

static struct td_json *counts_json(const int64_t counts[TD_STATE_COUNT])
{
    struct td_json *json = td_json_object();
    for (int i = 0; i < TD_STATE_COUNT; i++)
        if (counts[i] > 0)
            td_json_set_int(json, td_state_name((enum td_state)i), counts[i]);
    return json;
}

static void tell_edition(struct td_run_context *run, const struct td_admin_wish *wish,
                         const struct td_admin_result *result, bool dry)
{
    const char *how = dry ? "would be" : "is now";
    if (!result->edition_changed)
        how = "was already";
    const char *what = wish->act == TD_ADMIN_RELEASE ? "not held" : done_word(wish->act);
    td_printf(run->out, "edition %lld %s %s\n", (long long)wish->selector->edition, how,
              what);
}

static void tell(struct td_run_context *run, const struct td_admin_wish *wish,
                 const struct td_admin_result *result, bool dry)
{
    struct td_json *json = td_json_object();
    td_json_set_int(json, "changed", td_admin_sum(result->changed));
    td_json_set_int(json, "passed_over", td_admin_sum(result->passed));
    td_json_set_bool(json, "dry_run", dry);
    td_json_set_take(json, "by_state", counts_json(result->changed));
    td_json_set_take(json, "passed_over_by_state", counts_json(result->passed));
    if (wish->edition) {
        td_json_set_int(json, "edition", wish->selector->edition);
        td_json_set_bool(json, "edition_changed", result->edition_changed);
        tell_edition(run, wish, result, dry);
    }
    td_print_json_take(run->out, json);
    td_printf(run->out, "%s%s: %lld messages\n", dry ? "would be " : "",
              done_word(wish->act), (long long)td_admin_sum(result->changed));
    for (int i = 0; i < TD_STATE_COUNT; i++)
        if (result->changed[i] > 0)
            td_printf(run->out, "  %10lld %s\n", (long long)result->changed[i],
                      td_state_name((enum td_state)i));
    if (td_admin_sum(result->passed) > 0)
        td_printf(run->out, "passed over: %lld messages\n",
                  (long long)td_admin_sum(result->passed));
    for (int i = 0; i < TD_STATE_COUNT; i++)
        if (result->passed[i] > 0)
            td_printf(run->out, "  %10lld %s: %s\n", (long long)result->passed[i],
                      td_state_name((enum td_state)i),
                      td_admin_why_passed(wish->act, (enum td_state)i));
}

/* The command line after the command, as the audit keeps it. */
static void join_operands(const struct td_args *args, struct td_buf *out)
{
    for (size_t i = 0; i < args->operand_count; i++)
        td_buf_addf(out, "%s%s", i > 0 ? " " : "", args->operands[i]);
    for (size_t i = 0; i < args->option_count; i++)
        td_buf_addf(out, "%s--%s", out->len > 0 ? " " : "", args->names[i]);
}

/* Nothing came of it because it is too late: that is a no. */
static enum td_status answer(const struct td_admin_wish *wish,
                             const struct td_admin_result *result, struct td_err *err)
{
    int64_t late = 0;
    const enum td_state state =
        wish->act == TD_ADMIN_SETTLE_RESEND ? TD_IN_DOUBT : TD_FAILED;
    if (wish->act == TD_ADMIN_SETTLE_RESEND)
        late = result->passed[TD_IN_DOUBT];
    else if (wish->act == TD_ADMIN_RETRY)
        late = result->passed[TD_FAILED] + result->passed[TD_DEFERRED];
    if (late == 0 || td_admin_sum(result->changed) > 0)
        return TD_OK;
    return td_fail(err, TD_NO, "%lld messages are %s: they stay as they are",
                   (long long)late, td_admin_why_passed(wish->act, state));
}

enum td_status td_run_admin(struct td_run_context *run, const struct td_admin_wish *wish,
                            struct td_err *err)
{
    struct td_buf subject;
    struct td_admin_result result = {0};
    struct td_admin_task task = {
        .act = wish->act,
        .selector = wish->selector,
        .command = wish->command,
        .dry_run = td_args_has(run->args, "dry-run"),
        .why = td_args_get(run->args, "why"),
        .messages_too = wish->messages_too,
    };
    td_buf_init(&subject, 4096);
    join_operands(run->args, &subject);
    task.subject = td_buf_slice(&subject);
    enum td_status status = TD_OK;
    if (wish->edition)
        status = td_admin_edition(run->app, &task, &result, err);
    else
        status = td_admin_messages(run->app, &task, &result, err);
    td_buf_release(&subject);
    if (status != TD_OK)
        return status;
    tell(run, wish, &result, task.dry_run);
    return answer(wish, &result, err);
}

/* --- the commands ----------------------------------------------------------------------------- */

static enum td_status read_selectors(struct td_run_context *run, struct td_selector *out,
                                     struct td_err *err)
{
    bool all = td_args_has(run->args, "all");
    if (all && run->args->operand_count > 0)
        return td_fail(err, TD_USAGE, "--all and \"%s\": one of them only",
                       run->args->operands[0]);
    if (!all && run->args->operand_count == 0)
        return td_fail(err, TD_USAGE,
                       "which messages? Give a selector like edition=3, or --all");
    return td_selector_parse(run->app, run->args->operands, run->args->operand_count, out,
                             err);
}

static enum td_status run_on_selected(struct td_run_context *run, const char *command,
                                      enum td_admin_act act, struct td_err *err)
{
    struct td_selector selector;
    enum td_status status = read_selectors(run, &selector, err);
    struct td_admin_wish wish = {.act = act, .command = command, .selector = &selector};
    if (status != TD_OK)
        return status;
    wish.edition = (act == TD_ADMIN_HOLD || act == TD_ADMIN_RELEASE) &&
                   td_selector_is_edition(&selector);
    wish.messages_too = true;
    return td_run_admin(run, &wish, err);
}

static enum td_status run_hold(struct td_run_context *run, struct td_err *err)
{
    return run_on_selected(run, "queue hold", TD_ADMIN_HOLD, err);
}

static enum td_status run_cancel(struct td_run_context *run, struct td_err *err)
{
    return run_on_selected(run, "queue cancel", TD_ADMIN_CANCEL, err);
}

static enum td_status run_retry(struct td_run_context *run, struct td_err *err)
{
    return run_on_selected(run, "queue retry", TD_ADMIN_RETRY, err);
}

static enum td_status run_release(struct td_run_context *run, struct td_err *err)
{
    return run_on_selected(run, "queue release", TD_ADMIN_RELEASE, err);
}

static enum td_status run_settle(struct td_run_context *run, struct td_err *err)
{
    static const struct {
        const char *option;
        enum td_admin_act act;
    } ways[] = {
        {"sent", TD_ADMIN_SETTLE_SENT},
        {"resend", TD_ADMIN_SETTLE_RESEND},
        {"cancel", TD_ADMIN_SETTLE_CANCEL},
    };
    enum td_admin_act act = TD_ADMIN_SETTLE_SENT;
    int given = 0;
    for (size_t i = 0; i < TD_ARRAY_LEN(ways); i++)
        if (td_args_has(run->args, ways[i].option)) {
            act = ways[i].act;
            given++;
        }
    if (given != 1)
        return td_fail(err, TD_USAGE,
                       "say what became of them: one of --sent, --resend, --cancel");
    return run_on_selected(run, "queue settle", act, err);
}

static const struct td_option act_options[] = {
    {"all", NULL, "all messages, instead of a selector"},
    TD_DRY_RUN_OPTION,
    {NULL, NULL, NULL},
};

static const struct td_option settle_options[] = {
    {"sent", NULL, "the relay has it: sent"},
    {"resend", NULL, "the relay never saw it: queued again, as the same mail"},
    {"cancel", NULL, "leave it: cancelled"},
    {"all", NULL, "all messages, instead of a selector"},
    TD_DRY_RUN_OPTION,
    {NULL, NULL, NULL},
};

#define PASSED_OVER                                                                      \
    "\nMessages that a sender has in hand are passed over; the counts say so.\n"

const struct td_command td_commands_queue_admin[] = {
    {
        .name = "queue hold",
        .operands = "SELECTOR…|--all",
        .operands_max = -1,
        .summary = "Stop messages that wait, until they are released",
        .details = "edition=ID alone holds the edition as a whole, like `edition hold`: "
                   "nothing of it\n"
                   "leaves from then on, whatever is added to it." PASSED_OVER
                   "\n" TD_SELECTOR_HELP,
        .options = act_options,
        .run = run_hold,
    },
    {
        .name = "queue release",
        .operands = "SELECTOR…|--all",
        .operands_max = -1,
        .summary = "Let held messages go",
        .details =
            "edition=ID alone also releases the edition as a whole, if it is held.\n"
            "\n" TD_SELECTOR_HELP,
        .options = act_options,
        .run = run_release,
    },
    {
        .name = "queue cancel",
        .operands = "SELECTOR…|--all",
        .operands_max = -1,
        .summary = "Withdraw messages that have not been sent",
        .details = "What is in doubt is given up only where state=in_doubt "
                   "says so." PASSED_OVER "\n" TD_SELECTOR_HELP,
        .options = act_options,
        .run = run_cancel,
    },
    {
        .name = "queue retry",
        .operands = "SELECTOR…|--all",
        .operands_max = -1,
        .summary = "Try failed messages again, deferred ones now",
        .details = "Not past their deadline, and of a live blog not where a later digest "
                   "has the "
                   "entries.\n\n" TD_SELECTOR_HELP,
        .options = act_options,
        .run = run_retry,
    },
    {
        .name = "queue settle",
        .operands = "SELECTOR…|--all",
        .operands_max = -1,
        .summary = "Decide what became of messages in doubt",
        .details =
            "Look for them in the relay's log first: `why MESSAGE` shows a message's "
            "Message-ID.\n\n" TD_SELECTOR_HELP,
        .options = settle_options,
        .run = run_settle,
    },
    {0},
};

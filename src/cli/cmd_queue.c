/* `tidings queue list|show`: the send queue for administrators; the row of `queue stats`. */
#include <stdio.h>

#include "app/queue/selector.h"
#include "cli/commands.h"
#include "store/interned.h"
#include "store/ledger.h"

static const struct td_list_column queue_columns[] = {
    {"message", "MESSAGE", TD_CELL_TEXT}, {"edition", NULL, TD_CELL_INT},
    {"subscriber", NULL, TD_CELL_INT},    {"newsletter", "NEWSLETTER", TD_CELL_TEXT},
    {"slug", "EDITION", TD_CELL_TEXT},    {"address", "ADDRESS", TD_CELL_TEXT},
    {"state", "STATE", TD_CELL_TEXT},     {"reason", "REASON", TD_CELL_TEXT},
    {"due", "DUE", TD_CELL_TEXT},         {"next", "NEXT TRY", TD_CELL_TEXT},
    {"tries", "TRIES", TD_CELL_INT},      {"reply", "LAST REPLY", TD_CELL_TEXT},
};

static void list_seconds(struct td_printer *out, struct td_query *query, int column)
{
    char text[32];
    if (td_col_is_null(query, column)) {
        td_list_null(out);
        return;
    }
    td_time_format(td_col_int(query, column) * TD_SECOND, text);
    td_list_cstr(out, text);
}

/* The interned reply in columns `column` (pattern) and the next (words). */
static void list_reply(struct td_printer *out, struct td_query *query, int column)
{
    struct td_buf text;
    if (td_col_is_null(query, column)) {
        td_list_null(out);
        return;
    }
    td_buf_init(&text, TD_REPLY_TEXT_MAX * 4);
    if (!td_interned_join(td_col_text(query, column), td_col_text(query, column + 1),
                          &text))
        td_buf_add_str(&text, "(the stored reply is damaged)");
    td_list_text(out, td_buf_slice(&text));
    td_buf_release(&text);
}

static void list_reason(struct td_printer *out, int64_t reason)
{
    const char *name = td_reason_name((enum td_reason)reason);
    td_list_cstr(out, name[0] ? name : NULL);
}

static void list_message(struct td_printer *out, struct td_query *query)
{
    char id[48];
    enum td_state state = (enum td_state)td_col_int(query, 5);
    td_message_id_format(td_col_int(query, 0), td_col_int(query, 1), id);
    td_list_cstr(out, id);
    td_list_int(out, td_col_int(query, 0));
    td_list_int(out, td_col_int(query, 1));
    td_list_text(out, td_col_text(query, 3));
    td_list_text(out, td_col_text(query, 2));
    td_list_text(out, td_col_text(query, 4));
    td_list_cstr(out, td_state_name(state));
    list_reason(out, td_col_int(query, 6));
    list_seconds(out, query, 7);
    if (state == TD_QUEUED || state == TD_DEFERRED)
        list_seconds(out, query, 8);
    else
        td_list_null(out);
    td_list_int(out, td_col_int(query, 9));
    list_reply(out, query, 10);
}

enum td_status td_cmd_queue_list(struct td_run_context *run, struct td_err *err)
{
    struct td_selector selector;
    struct td_int_range range = {.least = 1, .most = INT64_MAX, .otherwise = INT64_MAX};
    int64_t most;
    enum td_step step;
    enum td_status status = td_args_int(run->args, "limit", range, &most, err);
    if (status == TD_OK)
        status = td_selector_parse(run->app, run->args->operands,
                                   run->args->operand_count, &selector, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(run->app->store, "queue_list");
    td_selector_bind(&selector, query);
    td_bind_int(query, "$most", most);
    td_list_begin(run->out, queue_columns, TD_ARRAY_LEN(queue_columns));
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        list_message(run->out, query);
    td_list_end(run->out);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* --- show ------------------------------------------------------------------------------------ */

/* Where the attempts of a message go: to people and into JSON. */
struct attempts {
    struct td_printer *out;
    struct td_json *list;
};

static enum td_status show_attempt(void *context, const struct td_attempt *attempt,
                                   struct td_err *err)
{
    struct attempts *attempts = context;
    struct td_json *json = td_json_object();
    char at[32];
    (void)err;
    td_time_format(attempt->at, at);
    td_json_set_cstr(json, "at", at);
    td_json_set_cstr(json, "stage", td_stage_name(attempt->reply->stage));
    td_json_set_cstr(json, "relay", attempt->relay);
    td_json_set_cstr(json, "reply", attempt->reply->text);
    td_json_append_take(attempts->list, json);
    td_printf(attempts->out, "attempt    %s  %s, %s: ", at, attempt->relay,
              td_stage_name(attempt->reply->stage));
    td_print_visible(attempts->out, td_slice(attempt->reply->text));
    td_printf(attempts->out, "\n");
    return TD_OK;
}

static void show_text(struct td_run_context *run, struct td_json *json, const char *key,
                      struct td_slice value)
{
    td_json_set_str(json, key, value);
    td_printf(run->out, "%-10s ", key);
    td_print_visible(run->out, value);
    td_printf(run->out, "\n");
}

static void show_instant(struct td_run_context *run, struct td_json *json,
                         const char *key, td_time when)
{
    char text[32];
    td_time_format(when, text);
    show_text(run, json, key, td_slice(text));
}

/* The row of message_show. */
static void show_row(struct td_run_context *run, struct td_query *query,
                     struct td_json *json)
{
    enum td_state state = (enum td_state)td_col_int(query, 3);
    enum td_reason reason = (enum td_reason)td_col_int(query, 4);
    td_time due = td_col_int(query, 5) * TD_SECOND;
    show_text(run, json, "newsletter", td_col_text(query, 0));
    show_text(run, json, "slug", td_col_text(query, 1));
    show_text(run, json, "address", td_col_text(query, 2));
    show_text(run, json, "state", td_slice(td_state_name(state)));
    if (reason != TD_REASON_NONE)
        show_text(run, json, "reason", td_slice(td_reason_name(reason)));
    show_instant(run, json, "due", due);
    show_instant(run, json, "deadline", due + td_col_int(query, 8) * TD_SECOND);
    if (state == TD_QUEUED || state == TD_DEFERRED)
        show_instant(run, json, "next_try", td_col_int(query, 6) * TD_SECOND);
    else
        td_json_set_null(json, "next_try");
    td_json_set_int(json, "tries", td_col_int(query, 7));
    td_printf(run->out, "%-10s %lld\n", "tries", (long long)td_col_int(query, 7));
    if (td_col_is_null(query, 9))
        td_json_set_null(json, "variant");
    else
        td_json_set_int(json, "variant", td_col_int(query, 9));
}

static enum td_status run_show(struct td_run_context *run, struct td_err *err)
{
    int64_t edition;
    int64_t subscriber;
    const char *id = run->args->operands[0];
    if (!td_message_id_parse(td_slice(id), &edition, &subscriber))
        return td_fail(err, TD_USAGE,
                       "%s: a message is EDITION-SUBSCRIBER, as queue list shows", id);
    enum td_status status = td_app_store(run->app, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(run->app->store, "message_show");
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$subscriber", subscriber);
    status = td_one(query, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NOINPUT, "there is no message %s", id);
    if (status != TD_OK)
        return status;
    struct td_json *json = td_json_object();
    struct attempts attempts = {run->out, td_json_array()};
    show_text(run, json, "message", td_slice(id));
    show_row(run, query, json);
    td_query_end(query);
    struct td_attempt_sink sink = {show_attempt, &attempts};
    status = td_ledger_attempts(run->app->store, edition, subscriber, sink, err);
    td_json_set_take(json, "attempts", attempts.list);
    td_print_json_take(run->out, json);
    return status;
}

static const struct td_option list_options[] = {
    {"limit", "N", "at most so many"},
    {NULL, NULL, NULL},
};

static const struct td_option stats_options[] = {
    {"by", "WHAT", "state, reason, domain, relay or variant, each by state"},
    {NULL, NULL, NULL},
};

static const struct td_option watch_options[] = {
    {"once", NULL, "one look, then end"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_queue[] = {
    {
        .name = "queue list",
        .operands = "[SELECTOR…]",
        .operands_max = -1,
        .summary = "List messages with their state and what the server said last",
        .details = TD_SELECTOR_HELP,
        .options = list_options,
        .run = td_cmd_queue_list,
    },
    {
        .name = "queue show",
        .operands = "MESSAGE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Show one message with every attempt",
        .run = run_show,
    },
    {
        .name = "queue stats",
        .operands = "[SELECTOR…]",
        .operands_max = -1,
        .summary = "Count messages by state",
        .details = "relay is that of the last attempt.\n\n" TD_SELECTOR_HELP,
        .options = stats_options,
        .run = td_cmd_queue_stats,
    },
    {
        .name = "queue watch",
        .operands = "[SELECTOR…]",
        .operands_max = -1,
        .summary = "See how the queue moves: rate, relays, domains, when it will be done",
        .details =
            "On a terminal a page, elsewhere a line each second (or less often, where "
            "to look takes long).\n"
            "Ends on SIGINT or SIGTERM.\n\n" TD_SELECTOR_HELP,
        .options = watch_options,
        .run = td_cmd_queue_watch,
    },
    {0},
};

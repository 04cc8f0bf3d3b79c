/* `tidings bounce list|show`: what came back and what was made of it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/bounces/bounces.h"
#include "cli/bounce.h"
#include "outcome/bounce.h"

#define LIST_MOST 1000000

static const struct td_list_column columns[] = {
    {"id", "ID", TD_CELL_INT},          {"at", "AT", TD_CELL_TEXT},
    {"source", "FROM", TD_CELL_TEXT},   {"result", "RESULT", TD_CELL_TEXT},
    {"kind", "KIND", TD_CELL_TEXT},     {"address", "SUBSCRIBER", TD_CELL_TEXT},
    {"newsletter", NULL, TD_CELL_TEXT}, {"edition", NULL, TD_CELL_INT},
    {"subscriber", NULL, TD_CELL_INT},  {"status", "STATUS", TD_CELL_TEXT},
    {"reason", NULL, TD_CELL_TEXT},     {"rule", NULL, TD_CELL_TEXT},
    {"suspended", NULL, TD_CELL_TEXT},  {"recipient", NULL, TD_CELL_TEXT},
    {"words", "WORDS", TD_CELL_TEXT},
};

/* --- list ------------------------------------------------------------------------------------ */

static void list_or_null(struct td_printer *out, struct td_slice text)
{
    if (text.len > 0)
        td_list_text(out, text);
    else
        td_list_null(out);
}

static void list_number(struct td_printer *out, struct td_query *query, int column)
{
    if (td_col_is_null(query, column))
        td_list_null(out);
    else
        td_list_int(out, td_col_int(query, column));
}

static void list_bounce(struct td_printer *out, struct td_query *query)
{
    char at[32];
    enum td_bounce_kind kind = (enum td_bounce_kind)td_col_int(query, 4);
    enum td_reason reason = (enum td_reason)td_col_int(query, 10);
    td_time_format(td_col_int(query, 1), at);
    td_list_int(out, td_col_int(query, 0));
    td_list_cstr(out, at);
    td_list_text(out, td_col_text(query, 2));
    td_list_cstr(out, td_bounce_result_name((enum td_bounce_result)td_col_int(query, 3)));
    td_list_cstr(out, td_bounce_kind_name(kind));
    list_or_null(out, td_col_text(query, 5));
    list_or_null(out, td_col_text(query, 6));
    list_number(out, query, 7);
    list_number(out, query, 8);
    list_or_null(out, td_col_text(query, 9));
    list_or_null(out, td_slice(td_reason_name(reason)));
    list_or_null(out, td_col_text(query, 11));
    td_list_cstr(out, td_col_int(query, 13) != 0 ? "yes" : "no");
    list_or_null(out, td_col_text(query, 14));
    list_or_null(out, td_col_text(query, 12));
}

enum td_status td_run_bounce_list(struct td_run_context *run, struct td_err *err)
{
    const struct td_int_range range = {1, LIST_MOST, LIST_MOST};
    struct td_bounce_wanted wanted;
    int64_t most;
    enum td_step step;
    enum td_status status = td_args_int(run->args, "most", range, &most, err);
    if (status == TD_OK)
        status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_bounce_wanted_read(run, run->args->operands, run->args->operand_count,
                                       &wanted, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(run->app->store, "bounce_list");
    td_bounce_wanted_bind(query, &wanted, most);
    td_list_begin(run->out, columns, TD_ARRAY_LEN(columns));
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        list_bounce(run->out, query);
    td_list_end(run->out);
    return step == TD_STEP_ERROR ? err->status : TD_OK;
}

/* --- show ------------------------------------------------------------------------------------ */

static void show_line(struct td_run_context *run, struct td_json *json, const char *key,
                      const char *value)
{
    td_json_set_cstr(json, key, value[0] ? value : NULL);
    if (!value[0])
        return;
    td_printf(run->out, "%-11s ", key);
    td_print_visible(run->out, td_slice(value));
    td_printf(run->out, "\n");
}

static const char *scope_name(enum td_scope scope)
{
    switch (scope) {
    case TD_SCOPE_MESSAGE: return "message";
    case TD_SCOPE_RECIPIENT: return "recipient";
    case TD_SCOPE_DOMAIN: return "domain";
    case TD_SCOPE_RELAY: return "relay";
    }
    return "";
}

static void show_row(struct td_run_context *run, const struct td_bounce_row *row)
{
    struct td_json *json = td_json_object();
    char text[64];
    td_json_set_int(json, "id", row->id);
    td_printf(run->out, "bounce %lld\n", (long long)row->id);
    td_time_format(row->at, text);
    show_line(run, json, "at", text);
    show_line(run, json, "from", row->source);
    show_line(run, json, "result", td_bounce_result_name(row->result));
    if (row->result == TD_RESULT_WAITING) {
        td_time_format(row->until, text);
        show_line(run, json, "until", text);
    }
    show_line(run, json, "form", td_bounce_form_name((enum td_bounce_form)row->form));
    show_line(run, json, "kind", td_bounce_kind_name((enum td_bounce_kind)row->kind));
    show_line(run, json, "blames", row->kind != 0 ? scope_name(row->scope) : "");
    show_line(run, json, "reason", td_reason_name(row->reason));
    show_line(run, json, "status", row->status);
    show_line(run, json, "recipient", row->address);
    td_message_id_format(row->edition, row->subscriber, text);
    show_line(run, json, "message", row->edition != 0 ? text : "");
    show_line(run, json, "rule", row->rule);
    (void)snprintf(text, sizeof text, "%lld", (long long)row->rules);
    show_line(run, json, "rules", row->rules != 0 ? text : "");
    show_line(run, json, "disputed", row->disputed ? "yes" : "");
    show_line(run, json, "blocked", row->blocks ? "yes" : "");
    show_line(run, json, "suspended", row->effect ? "yes" : "");
    show_line(run, json, "words", row->words);
    (void)snprintf(text, sizeof text, "%lld bytes%s", (long long)row->size,
                   row->kept ? "" : ", not kept");
    show_line(run, json, "mail", row->size > 0 ? text : "");
    td_print_json_take(run->out, json);
}

/* As it is into a file or pipe; on a terminal with its control bytes shown. */
static void write_raw(struct td_run_context *run, struct td_slice mail)
{
    if (isatty(STDOUT_FILENO)) {
        struct td_slice line;
        while (td_slice_line(&mail, &line)) {
            td_print_visible(run->out, line);
            td_printf(run->out, "\n");
        }
    } else {
        (void)fwrite(mail.ptr, 1, mail.len, stdout);
    }
}

enum td_status td_run_bounce_show(struct td_run_context *run, struct td_err *err)
{
    struct td_bounce_row row;
    struct td_buf mail;
    int64_t id;
    if (!td_slice_int64(td_slice(run->args->operands[0]), &id) || id < 1)
        return td_fail(err, TD_USAGE, "%s: the number of a bounce is wanted",
                       run->args->operands[0]);
    enum td_status status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_store_bounce_get(run->app->store, id, &row, err);
    if (status != TD_OK || !td_args_has(run->args, "raw")) {
        if (status == TD_OK)
            show_row(run, &row);
        return status;
    }
    if (!row.kept)
        return td_fail(err, TD_NOINPUT, "bounce %lld: its mail is not kept",
                       (long long)id);
    td_buf_init(&mail, TD_BOUNCE_KEPT_MAX + 1);
    status = td_store_bounce_raw(run->app->store, id, &mail, err);
    if (status == TD_OK)
        write_raw(run, td_buf_slice(&mail));
    td_buf_release(&mail);
    return status;
}

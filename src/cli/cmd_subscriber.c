/* `tidings subscriber list|show`. */
#include <stdio.h>
#include <string.h>

#include "cli/people.h"
#include "cli/subscriber_select.h"

/* --- what both show of a choice -------------------------------------------------------------- */

/* "07:30", or "" where it is when the newsletter goes out. */
static void format_hour(int64_t minutes, char out[8])
{
    if (minutes < 0)
        out[0] = '\0';
    else
        (void)snprintf(out, 8, "%02d:%02d", (int)(minutes / 60) % 24,
                       (int)(minutes % 60));
}

/* Until when, or NULL when the subscription is not paused now. */
static const char *format_pause(td_time until, td_time now, char out[32])
{
    if (until <= now)
        return NULL;
    td_time_format(until, out);
    return out;
}

static const char *or_null(const char *text)
{
    return text[0] ? text : NULL;
}

static struct td_slice or_absent(struct td_slice text)
{
    return text.len > 0 ? text : (struct td_slice){0};
}

/* --- list ------------------------------------------------------------------------------------ */

static const struct td_list_column columns[] = {
    {"subscriber", NULL, TD_CELL_INT},  {"email", "EMAIL", TD_CELL_TEXT},
    {"name", "NAME", TD_CELL_TEXT},     {"newsletter", "NEWSLETTER", TD_CELL_TEXT},
    {"status", "STATUS", TD_CELL_TEXT}, {"format", "FORMAT", TD_CELL_TEXT},
    {"cadence", NULL, TD_CELL_TEXT},    {"at", "AT", TD_CELL_TEXT},
    {"timezone", "ZONE", TD_CELL_TEXT}, {"changed", "CHANGED", TD_CELL_TEXT},
    {"topics", "TOPICS", TD_CELL_TEXT}, {"paused_until", NULL, TD_CELL_TEXT},
};

/* A row of subscriber_list. */
static void list_row(struct td_printer *out, struct td_query *query, td_time now)
{
    struct td_slice topics = td_col_text(query, 5);
    char at[8];
    char paused[32];
    char changed[32];
    format_hour(td_col_int(query, 8), at);
    td_time_format(td_col_int(query, 10), changed);
    td_list_int(out, td_col_int(query, 0));
    td_list_text(out, td_col_text(query, 1));
    td_list_text(out, td_col_text(query, 2));
    td_list_text(out, td_col_text(query, 3));
    td_list_cstr(out, td_membership_name((enum td_membership)td_col_int(query, 4)));
    td_list_cstr(out, td_format_name((enum td_format)td_col_int(query, 6)));
    td_list_cstr(out, td_cadence_name((enum td_cadence)td_col_int(query, 7)));
    td_list_cstr(out, or_null(at));
    if (td_col_text(query, 9).len > 0)
        td_list_text(out, td_col_text(query, 9));
    else
        td_list_null(out);
    td_list_cstr(out, changed);
    if (topics.len == 0 && !td_printer_json(out))
        td_list_cstr(out, "all");
    else
        td_list_text(out, topics);
    td_list_cstr(out, format_pause(td_col_int(query, 11), now, paused));
}

enum td_status td_run_subscriber_list(struct td_run_context *run, struct td_err *err)
{
    struct td_subscriber_selection selection;
    struct td_int_range range = {.least = 1, .most = INT64_MAX, .otherwise = INT64_MAX};
    int64_t most;
    enum td_step step;
    enum td_status status = td_args_int(run->args, "limit", range, &most, err);
    if (status == TD_OK)
        status = td_subscriber_select(run, &selection, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(run->app->store, "subscriber_list");
    if (selection.newsletter != 0)
        td_bind_int(query, "$newsletter", selection.newsletter);
    td_bind_cstr(query, "$domain", selection.domain);
    td_bind_cstr(query, "$topic", selection.topic);
    td_bind_int(query, "$statuses", (int64_t)(selection.statuses & INT64_MAX));
    td_bind_int(query, "$most", most);
    td_list_begin(run->out, columns, TD_ARRAY_LEN(columns));
    while ((step = td_step(query, err)) == TD_STEP_ROW)
        list_row(run->out, query, td_clock_now(&run->app->clock));
    td_list_end(run->out);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* --- show ------------------------------------------------------------------------------------ */

/* The person being shown, to people and as JSON. */
struct portrait {
    struct td_run_context *run;
    struct td_json *json;
    int64_t id;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
};

static void put_instant(struct td_json *json, const char *key, td_time when,
                        char text[32])
{
    td_time_format(when, text);
    td_json_set_cstr(json, key, text);
}

static void show_person(struct portrait *portrait, const struct td_subscriber_row *row)
{
    struct td_run_context *run = portrait->run;
    struct td_json *json = portrait->json;
    char created[32];
    portrait->id = row->id;
    if (row->hash.len == sizeof portrait->hash)
        memcpy(portrait->hash, row->hash.ptr, sizeof portrait->hash);
    td_json_set_str(json, "email", row->address);
    td_json_set_str(json, "name", or_absent(row->name));
    td_json_set_str(json, "domain", row->domain);
    td_print_visible(run->out,
                     row->address.len > 0 ? row->address : td_slice("(erased)"));
    if (row->id == 0) {
        td_json_set_null(json, "subscriber");
        td_printf(run->out, "\nsubscriber  none: nobody has this address\n");
        return;
    }
    td_json_set_int(json, "subscriber", row->id);
    put_instant(json, "created", row->created, created);
    td_printf(run->out, "\nname        ");
    td_print_visible(run->out, row->name.len > 0 ? row->name : td_slice("-"));
    td_printf(run->out, "\nsubscriber  %lld, known since %s\n", (long long)row->id,
              created);
}

/* A row of subscription_list. */
static void show_subscription(struct td_run_context *run, struct td_query *query,
                              struct td_json *json)
{
    const char *status = td_membership_name((enum td_membership)td_col_int(query, 2));
    const char *format = td_format_name((enum td_format)td_col_int(query, 4));
    struct td_slice topics = td_col_text(query, 3);
    struct td_slice zone = td_col_text(query, 7);
    char at[8];
    char changed[32];
    char until[32];
    const char *paused =
        format_pause(td_col_int(query, 9), td_clock_now(&run->app->clock), until);
    format_hour(td_col_int(query, 6), at);
    td_json_set_str(json, "newsletter", td_col_text(query, 1));
    td_json_set_cstr(json, "status", status);
    put_instant(json, "changed", td_col_int(query, 8), changed);
    td_json_set_str(json, "topics", topics);
    td_json_set_cstr(json, "format", format);
    td_json_set_cstr(json, "cadence",
                     td_cadence_name((enum td_cadence)td_col_int(query, 5)));
    td_json_set_cstr(json, "at", or_null(at));
    td_json_set_str(json, "timezone", or_absent(zone));
    td_json_set_cstr(json, "paused_until", paused);
    td_printf(run->out, "newsletter  ");
    td_print_visible(run->out, td_col_text(query, 1));
    td_printf(run->out, ": %s (changed %s)\n            topics ", status, changed);
    td_print_visible(run->out, topics.len > 0 ? topics : td_slice("all"));
    td_printf(run->out, "; %s; %s", format, at[0] ? at : "when it goes out");
    if (zone.len > 0)
        td_printf(run->out, " (%.*s)", (int)zone.len, zone.ptr);
    if (paused)
        td_printf(run->out, "; paused until %s", paused);
    td_printf(run->out, "\n");
}

/* A row of consent_list. */
static void show_consent(struct td_run_context *run, struct td_query *query,
                         struct td_json *json)
{
    const char *event =
        td_consent_event_name((enum td_consent_event)td_col_int(query, 2));
    char at[32];
    put_instant(json, "at", td_col_int(query, 0), at);
    td_json_set_str(json, "newsletter", td_col_text(query, 1));
    td_json_set_cstr(json, "event", event);
    td_json_set_str(json, "how", td_col_text(query, 3));
    td_json_set_str(json, "source", or_absent(td_col_text(query, 4)));
    if (td_col_is_null(query, 5))
        td_json_set_null(json, "batch");
    else
        td_json_set_int(json, "batch", td_col_int(query, 5));
    td_json_set_str(json, "file", or_absent(td_col_text(query, 6)));
    td_json_set_str(json, "wording", or_absent(td_col_text(query, 7)));
    td_json_set_cstr(json, "basis",
                     or_null(td_basis_name((enum td_basis)td_col_int(query, 8))));
    td_printf(run->out, "consent     %s  ", at);
    td_print_visible(run->out, td_col_text(query, 1));
    td_printf(run->out, "%s%s by ", td_col_text(query, 1).len > 0 ? ": " : "", event);
    td_print_visible(run->out, td_col_text(query, 3));
    if (td_col_text(query, 4).len > 0)
        td_printf(run->out, ": ");
    td_print_visible(run->out, td_col_text(query, 4));
    td_printf(run->out, "\n");
}

/* A row of suppression_list. */
static void show_suppression(struct td_run_context *run, struct td_query *query,
                             struct td_json *json)
{
    const char *reason = td_reason_name((enum td_reason)td_col_int(query, 2));
    char at[32];
    put_instant(json, "at", td_col_int(query, 4), at);
    td_json_set_str(json, "newsletter", or_absent(td_col_text(query, 1)));
    td_json_set_cstr(json, "reason", reason);
    td_json_set_str(json, "evidence", td_col_text(query, 3));
    td_printf(run->out, "suppressed  %s  %s: ", at, reason);
    td_print_visible(run->out, td_col_text(query, 3));
    td_printf(run->out, "\n");
}

/* Every row of a query whose parameters are bound, as one array under `key`. */
static enum td_status show_rows(struct portrait *portrait, struct td_query *query,
                                const char *key,
                                void (*show)(struct td_run_context *, struct td_query *,
                                             struct td_json *),
                                struct td_err *err)
{
    struct td_json *rows = td_json_array();
    enum td_step step;
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_json *row = td_json_object();
        show(portrait->run, query, row);
        td_json_append_take(rows, row);
    }
    td_json_set_take(portrait->json, key, rows);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

enum td_status td_show_subscriber(struct td_run_context *run,
                                  const struct td_subscriber_row *row,
                                  struct td_json *json, struct td_err *err)
{
    struct portrait portrait = {.run = run, .json = json};
    show_person(&portrait, row);
    struct td_query *query = td_query(run->app->store, "subscription_list");
    td_bind_int(query, "$subscriber", portrait.id);
    enum td_status status =
        show_rows(&portrait, query, "subscriptions", show_subscription, err);
    if (status == TD_OK) {
        query = td_query(run->app->store, "consent_list");
        td_bind_int(query, "$subscriber", portrait.id);
        status = show_rows(&portrait, query, "consent", show_consent, err);
    }
    if (status == TD_OK) {
        query = td_query(run->app->store, "suppression_list");
        td_bind_blob(query, "$hash",
                     td_slice_n((const char *)portrait.hash, sizeof portrait.hash));
        status = show_rows(&portrait, query, "suppressions", show_suppression, err);
    }
    return status;
}

enum td_status td_run_subscriber_show(struct td_run_context *run, struct td_err *err)
{
    struct td_json *json = td_json_object();
    struct td_subscriber_row row;
    enum td_status status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_find_person(run->app, run->args->operands[0], &row, err);
    if (status == TD_OK)
        status = td_show_subscriber(run, &row, json, err);
    if (status == TD_OK)
        td_print_json_take(run->out, json);
    else
        td_json_destroy(json);
    return status;
}

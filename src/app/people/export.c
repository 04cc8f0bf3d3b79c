/* What is held about a person (export.h). */
#include "app/people/export.h"

#include <stdio.h>

#include "app/people/erase_files.h"
#include "model/message.h"
#include "store/deflate.h"
#include "store/history.h"
#include "store/people.h"

#define COLUMNS_MAX   9
#define RAW_MAX_BYTES (32 * 1024 * 1024)

enum kind {
    KIND_TEXT,
    KIND_INT,
    KIND_TIME,    /* microseconds */
    KIND_SECONDS, /* an instant in whole seconds */
    KIND_STATUS,  /* of a subscription */
    KIND_STATE,
    KIND_REASON,
    KIND_DEFLATED, /* a text */
};

static const struct part {
    const char *key;
    const char *statement;
    struct {
        const char *key; /* NULL: no more */
        enum kind kind;
    } columns[COLUMNS_MAX];
} parts[] = {
    {"messages",
     "export_messages",
     {{"edition", KIND_INT},
      {"newsletter", KIND_TEXT},
      {"slug", KIND_TEXT},
      {"subject", KIND_TEXT},
      {"state", KIND_STATE},
      {"reason", KIND_REASON},
      {"due", KIND_SECONDS},
      {"tries", KIND_INT}}},
    {"attempts",
     "export_attempts",
     {{"edition", KIND_INT},
      {"at", KIND_TIME},
      {"relay", KIND_TEXT},
      {"code", KIND_INT},
      {"reply", KIND_TEXT},
      {"words", KIND_TEXT}}},
    {"bounces",
     "export_bounces",
     {{"bounce", KIND_INT},
      {"at", KIND_TIME},
      {"source", KIND_TEXT},
      {"edition", KIND_INT},
      {"status", KIND_TEXT},
      {"address", KIND_TEXT},
      {"rule", KIND_TEXT},
      {"words", KIND_TEXT},
      {"raw", KIND_DEFLATED}}},
    {"batches",
     "export_batches",
     {{"batch", KIND_INT},
      {"how", KIND_TEXT},
      {"source", KIND_TEXT},
      {"file", KIND_TEXT},
      {"started", KIND_TIME}}},
    {"changes",
     "export_changes",
     {{"batch", KIND_INT},
      {"newsletter", KIND_TEXT},
      {"status", KIND_STATUS},
      {"topics", KIND_TEXT},
      {"at", KIND_INT},
      {"timezone", KIND_TEXT}}},
    {"names",
     "export_names",
     {{"batch", KIND_INT}, {"before", KIND_TEXT}, {"after", KIND_TEXT}}},
    {"signups",
     "export_optin",
     {{"newsletter", KIND_TEXT},
      {"since", KIND_TIME},
      {"asked", KIND_TIME},
      {"reminded", KIND_TIME},
      {"wording", KIND_TEXT}}},
    {"probes", "export_probe", {{"edition", KIND_INT}, {"queued", KIND_TIME}}},
    {"audit",
     "export_audit",
     {{"at", KIND_TIME},
      {"actor", KIND_TEXT},
      {"action", KIND_TEXT},
      {"subject", KIND_TEXT}}},
};

static void add_time(struct td_json *row, const char *key, td_time when)
{
    char text[32];
    td_time_format(when, text);
    td_json_set_cstr(row, key, text);
}

static void add_deflated(struct td_json *row, const char *key, struct td_slice blob)
{
    struct td_buf text;
    td_buf_init(&text, RAW_MAX_BYTES);
    if (td_inflate(blob, &text, NULL) == TD_OK)
        td_json_set_str(row, key, td_buf_slice(&text));
    else
        td_json_set_null(row, key);
    td_buf_release(&text);
}

static void add_column(struct td_json *row, const char *key, enum kind kind,
                       struct td_query *query, int column)
{
    if (td_col_is_null(query, column)) {
        td_json_set_null(row, key);
        return;
    }
    switch (kind) {
    case KIND_TEXT: td_json_set_str(row, key, td_col_text(query, column)); break;
    case KIND_INT: td_json_set_int(row, key, td_col_int(query, column)); break;
    case KIND_TIME: add_time(row, key, td_col_int(query, column)); break;
    case KIND_SECONDS: add_time(row, key, td_col_int(query, column) * TD_SECOND); break;
    case KIND_STATUS:
        td_json_set_cstr(
            row, key, td_membership_name((enum td_membership)td_col_int(query, column)));
        break;
    case KIND_STATE:
        td_json_set_cstr(row, key,
                         td_state_name((enum td_state)td_col_int(query, column)));
        break;
    case KIND_REASON:
        td_json_set_cstr(row, key,
                         td_reason_name((enum td_reason)td_col_int(query, column)));
        break;
    case KIND_DEFLATED: add_deflated(row, key, td_col_blob(query, column)); break;
    }
}

static enum td_status add_part(struct td_app *app, const struct part *part,
                               int64_t subscriber, struct td_json *out,
                               struct td_err *err)
{
    struct td_query *query = td_query(app->store, part->statement);
    struct td_json *rows = td_json_array();
    enum td_step step;
    td_bind_int(query, "$subscriber", subscriber);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_json *row = td_json_object();
        for (int i = 0; i < COLUMNS_MAX && part->columns[i].key; i++)
            add_column(row, part->columns[i].key, part->columns[i].kind, query, i);
        td_json_append_take(rows, row);
    }
    td_json_set_take(out, part->key, rows);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* --- messages of which only the end is known --------------------------------------------------- */

struct past {
    struct td_store *store;
    struct td_json *rows;
};

static enum td_status add_past(void *context, struct td_slice newsletter,
                               const struct td_history_line *line, struct td_err *err)
{
    const struct past *past = context;
    struct td_query *query = td_query(past->store, "edition_name");
    struct td_json *row = td_json_object();
    td_bind_int(query, "$id", line->entry.edition);
    enum td_status status = td_one(query, err);
    td_json_set_int(row, "edition", line->entry.edition);
    td_json_set_str(row, "newsletter", newsletter);
    td_json_set_str(row, "slug", status == TD_OK ? td_col_text(query, 1) : td_slice(""));
    td_json_set_str(row, "subject",
                    status == TD_OK ? td_col_text(query, 2) : td_slice(""));
    td_json_set_cstr(row, "state", td_state_name(line->entry.state));
    td_json_set_cstr(row, "reason", td_reason_name(line->entry.reason));
    td_query_end(query);
    td_json_append_take(past->rows, row);
    return status == TD_NOINPUT ? TD_OK : status;
}

static enum td_status add_history(struct td_app *app, int64_t subscriber,
                                  struct td_json *out, struct td_err *err)
{
    struct past past = {.store = app->store, .rows = td_json_array()};
    const struct td_history_sink sink = {add_past, &past};
    enum td_status status = td_history_read(app->store, subscriber, sink, err);
    td_json_set_take(out, "history", past.rows);
    return status;
}

/* --- files -------------------------------------------------------------------------------------- */

static void add_file(void *context, const char *path)
{
    td_json_append_str(context, td_slice(path));
}

/* Those of ours that erasing would rewrite. */
static enum td_status add_files(struct td_app *app, int64_t subscriber,
                                struct td_json *out, struct td_err *err)
{
    struct td_needle needle = {0};
    struct td_subscriber_row person;
    struct td_json *list = td_json_array();
    const struct td_erase_files files = {
        .app = app,
        .needle = &needle,
        .dry_run = true,
        .changed = add_file,
        .context = list,
    };
    enum td_status status = td_store_subscriber_get(app->store, subscriber, &person, err);
    if (status == TD_OK)
        td_needle_add(&needle, person.address);
    td_query_end(td_query(app->store, "subscriber_get"));
    if (status == TD_OK)
        status = td_erase_own_files(&files, err);
    td_json_set_take(out, "files", list);
    return status;
}

enum td_status td_export(struct td_app *app, int64_t subscriber, struct td_json *out,
                         struct td_err *err)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; i < TD_ARRAY_LEN(parts) && status == TD_OK; i++)
        status = add_part(app, &parts[i], subscriber, out, err);
    if (status == TD_OK)
        status = add_history(app, subscriber, out, err);
    return status == TD_OK ? add_files(app, subscriber, out, err) : status;
}

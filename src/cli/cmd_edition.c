/* `tidings edition list|show|hold|release|cancel`. */
#include <stdio.h>
#include <string.h>

#include "app/assemble/assemble.h"
#include "cli/admin.h"
#include "cli/commands.h"
#include "store/editions.h"
#include "store/ledger.h"

/* --- list, show ------------------------------------------------------------------------------ */

static const struct td_list_column edition_columns[] = {
    {"edition", "EDITION", TD_CELL_INT},
    {"newsletter", "NEWSLETTER", TD_CELL_TEXT},
    {"slug", "SLUG", TD_CELL_TEXT},
    {"phase", "PHASE", TD_CELL_TEXT},
    {"held", NULL, TD_CELL_INT},
    {"messages", "MESSAGES", TD_CELL_INT},
    {"waiting", "WAITING", TD_CELL_INT},
    {"sent", "SENT", TD_CELL_INT},
    {"released", "RELEASED", TD_CELL_TEXT},
    {"subject", "SUBJECT", TD_CELL_TEXT},
    {"held_why", NULL, TD_CELL_TEXT},
};

static void list_instant(struct td_printer *out, td_time when)
{
    char text[32];
    td_time_format(when, text);
    td_list_cstr(out, text);
}

static enum td_status run_list(struct td_run_context *run, struct td_err *err)
{
    enum td_status status = td_app_store(run->app, err);
    enum td_step step;
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(run->app->store, "edition_list");
    td_bind_int(query, "$notices", td_args_has(run->args, "notices"));
    td_list_begin(run->out, edition_columns, TD_ARRAY_LEN(edition_columns));
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        td_list_int(run->out, td_col_int(query, 0));
        td_list_text(run->out, td_col_text(query, 1));
        td_list_text(run->out, td_col_text(query, 2));
        td_list_cstr(run->out, td_phase_name((enum td_phase)td_col_int(query, 3)));
        td_list_int(run->out, td_col_int(query, 4));
        td_list_int(run->out, td_col_int(query, 5));
        td_list_int(run->out, td_col_int(query, 6));
        td_list_int(run->out, td_col_int(query, 7));
        list_instant(run->out, td_col_int(query, 8));
        td_list_text(run->out, td_col_text(query, 9));
        td_list_text(run->out, td_col_text(query, 10));
    }
    td_list_end(run->out);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* The edition itself: what it is and when. */
static enum td_status show_head(struct td_run_context *run, int64_t id,
                                struct td_json *json, struct td_err *err)
{
    struct td_edition_row row;
    char released[32];
    enum td_status status = td_store_edition_get(run->app->store, id, &row, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NOINPUT, "there is no edition %lld", (long long)id);
    if (status != TD_OK)
        return status;
    td_time_format(row.released, released);
    td_json_set_int(json, "edition", row.id);
    td_json_set_str(json, "slug", row.slug);
    td_json_set_cstr(json, "class", td_class_name(row.class_));
    td_json_set_cstr(json, "phase", td_phase_name(row.phase));
    td_json_set_bool(json, "held", row.held);
    td_json_set_str(json, "held_why", row.held_why);
    td_json_set_str(json, "subject", row.subject);
    td_json_set_str(json, "source", row.source_name);
    td_json_set_cstr(json, "released", released);
    td_json_set_int(json, "valid_for_seconds", row.valid_for / TD_SECOND);
    td_printf(run->out, "edition    %lld  %.*s  %s%s%s", (long long)row.id,
              (int)row.slug.len, row.slug.ptr, td_phase_name(row.phase),
              row.held ? ", held" : "", row.held_why.len > 0 ? ": " : "");
    td_print_visible(run->out, row.held_why);
    td_printf(run->out, "\nsubject    ");
    td_print_visible(run->out, row.subject);
    td_printf(run->out, "\nsource     %.*s\nreleased   %s, valid for %lld min\n",
              (int)row.source_name.len, row.source_name.ptr, released,
              (long long)(row.valid_for / TD_MINUTE));
    td_query_end(td_query(run->app->store, "edition_get"));
    return TD_OK;
}

static enum td_status show_states(struct td_run_context *run, int64_t id,
                                  struct td_json *json, struct td_err *err)
{
    int64_t counts[TD_STATE_COUNT];
    struct td_json *states = td_json_object();
    enum td_status status = td_ledger_counts(run->app->store, id, counts, err);
    td_printf(run->out, "messages  ");
    for (int state = 0; state < TD_STATE_COUNT && status == TD_OK; state++) {
        if (counts[state] == 0)
            continue;
        td_json_set_int(states, td_state_name((enum td_state)state), counts[state]);
        td_printf(run->out, " %lld %s", (long long)counts[state],
                  td_state_name((enum td_state)state));
    }
    td_printf(run->out, "\n");
    td_json_set_take(json, "states", states);
    return status;
}

static enum td_status show_variants(struct td_run_context *run, int64_t id,
                                    struct td_json *json, struct td_err *err)
{
    struct td_query *query = td_query(run->app->store, "variant_list");
    struct td_json *variants = td_json_array();
    enum td_step step;
    td_bind_int(query, "$edition", id);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_json *variant = td_json_object();
        const char *format = td_format_name((enum td_format)td_col_int(query, 1));
        td_json_set_int(variant, "variant", td_col_int(query, 0));
        td_json_set_cstr(variant, "format", format);
        td_json_set_int(variant, "parts", td_col_int(query, 2));
        td_json_set_int(variant, "bytes", td_col_int(query, 3));
        td_json_set_int(variant, "messages", td_col_int(query, 4));
        td_json_append_take(variants, variant);
        td_printf(run->out, "variant    %lld  %s, %lld parts, %lld bytes, for %lld\n",
                  (long long)td_col_int(query, 0), format,
                  (long long)td_col_int(query, 2), (long long)td_col_int(query, 3),
                  (long long)td_col_int(query, 4));
    }
    td_json_set_take(json, "variants", variants);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* EDITION is a number or a slug, as the selector edition= takes it. */
static enum td_status select_edition(struct td_run_context *run, struct td_selector *out,
                                     struct td_err *err)
{
    *out = (struct td_selector){0};
    char word[160];
    const char *words[] = {word};
    int len = snprintf(word, sizeof word, "edition=%s", run->args->operands[0]);
    if (len < 0 || (size_t)len >= sizeof word)
        return td_fail(err, TD_NOINPUT, "there is no edition of such a name");
    return td_selector_parse(run->app, words, 1, out, err);
}

static enum td_status run_show(struct td_run_context *run, struct td_err *err)
{
    struct td_selector selector;
    enum td_status status = select_edition(run, &selector, err);
    int64_t id = selector.edition;
    struct td_json *json = td_json_object();
    if (status == TD_OK)
        status = show_head(run, id, json, err);
    if (status == TD_OK)
        status = show_states(run, id, json, err);
    if (status == TD_OK)
        status = show_variants(run, id, json, err);
    if (status == TD_OK)
        td_print_json_take(run->out, json);
    else
        td_json_destroy(json);
    return status;
}

/* --- hold, release, cancel --------------------------------------------------------------------- */

static enum td_status run_admin(struct td_run_context *run, const char *command,
                                enum td_admin_act act, struct td_err *err)
{
    struct td_selector selector;
    enum td_status status = select_edition(run, &selector, err);
    struct td_admin_wish wish = {act, command, &selector, .edition = true};
    return status == TD_OK ? td_run_admin(run, &wish, err) : status;
}

static enum td_status run_hold(struct td_run_context *run, struct td_err *err)
{
    return run_admin(run, "edition hold", TD_ADMIN_HOLD, err);
}

/* An edition that is held, and what it was frozen from. */
struct held {
    bool held;
    char slug[TD_SLUG_MAX];
    struct td_assemble_options source; /* newsletter NULL: it has no source of its own */
};

static enum td_status find_held(struct td_run_context *run, int64_t id, struct held *out,
                                struct td_err *err)
{
    struct td_edition_row row;
    struct td_err ignored;
    int64_t newsletter = 0;
    *out = (struct held){0};
    enum td_status status = td_store_edition_get(run->app->store, id, &row, err);
    if (status == TD_OK) {
        out->held = row.held;
        (void)snprintf(out->slug, sizeof out->slug, "%.*s", (int)row.slug.len,
                       row.slug.ptr);
        if (row.class_ == TD_CLASS_ISSUE && td_date_parse(row.date, &out->source.date))
            newsletter = row.newsletter;
    }
    td_query_end(td_query(run->app->store, "edition_get"));
    if (newsletter == 0 ||
        td_app_newsletter_by_id(run->app, newsletter, &out->source.newsletter,
                                &ignored) != TD_OK ||
        td_newsletter_is_live(out->source.newsletter)) {
        out->source.newsletter = NULL;
        return status;
    }
    if (strlen(out->slug) > 11) /* "2026-11-20-special" */
        out->source.name = out->slug + 11;
    return status;
}

/* Whoever lets an edition go is told what of it is not as they may think. */
static enum td_status warn(struct td_run_context *run, int64_t id,
                           const struct held *held, struct td_err *err)
{
    bool changed = false;
    struct td_query *query = td_query(run->app->store, "edition_late");
    td_bind_int(query, "$edition", id);
    td_bind_int(query, "$now", td_clock_now(&run->app->clock) / TD_SECOND);
    enum td_status status = td_one(query, err);
    const long long late = status == TD_OK ? (long long)td_col_int(query, 0) : 0;
    td_query_end(query);
    if (status == TD_OK && held->source.newsletter)
        status = td_assemble_changed(run->app, &held->source, &changed, err);
    if (late > 0)
        (void)fprintf(stderr,
                      "tidings: warning: %lld messages are past their deadline and "
                      "expire\n",
                      late);
    if (changed)
        (void)fprintf(
            stderr,
            "tidings: warning: the source file has changed since the edition was frozen; "
            "readers get it as it was\n");
    return status;
}

static enum td_status run_release(struct td_run_context *run, struct td_err *err)
{
    struct td_selector selector;
    struct held held = {0};
    enum td_status status = select_edition(run, &selector, err);
    const struct td_admin_wish wish = {TD_ADMIN_RELEASE, "edition release", &selector,
                                       .edition = true};
    if (status == TD_OK)
        status = find_held(run, selector.edition, &held, err);
    if (status == TD_OK)
        status = td_run_admin(run, &wish, err);
    return status == TD_OK && held.held ? warn(run, selector.edition, &held, err)
                                        : status;
}

static enum td_status run_cancel(struct td_run_context *run, struct td_err *err)
{
    return run_admin(run, "edition cancel", TD_ADMIN_CANCEL, err);
}

/* --- the commands ------------------------------------------------------------------------------ */

static const struct td_option hold_options[] = {
    {"why", "TEXT", "the reason, for others: `status`, `edition list` and `why` show it"},
    TD_DRY_RUN_OPTION,
    {NULL, NULL, NULL},
};

static const struct td_option admin_options[] = {
    TD_DRY_RUN_OPTION,
    {NULL, NULL, NULL},
};

static const struct td_option list_options[] = {
    {"notices", NULL, "confirmations, welcomes and reports too: an edition a day each"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_edition[] = {
    {
        .name = "edition list",
        .operands = "",
        .summary = "List editions, newest first",
        .options = list_options,
        .run = run_list,
    },
    {
        .name = "edition show",
        .operands = "EDITION",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Show an edition: states of its messages, variants and their readers",
        .run = run_show,
    },
    {
        .name = "edition hold",
        .operands = "EDITION",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Stop an edition: nothing more of it leaves",
        .details = "EDITION is its number or slug (edition list). Senders stop within a "
                   "second; what is on\n"
                   "the wire then is finished.",
        .options = hold_options,
        .run = run_hold,
    },
    {
        .name = "edition release",
        .operands = "EDITION",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Let a held edition go on",
        .details = "Messages held one by one stay so: see queue release. Warns where the "
                   "source file "
                   "is another\nby now, and of messages that are past their deadline.",
        .options = admin_options,
        .run = run_release,
    },
    {
        .name = "edition cancel",
        .operands = "EDITION",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "End an edition for good and cancel what waits of it",
        .details = "What is in doubt stays so: see queue settle.",
        .options = admin_options,
        .run = run_cancel,
    },
    {0},
};

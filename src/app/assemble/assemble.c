/* From source to queued messages (assemble.h). */
#include "app/assemble/assemble.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/instance/briefings.h"
#include "app/press/frozen.h"
#include "app/assemble/gather.h"
#include "app/press/partition.h"
#include "app/press/press.h"
#include "app/assemble/replace.h"
#include "base/log.h"
#include "base/mem.h"
#include "queue/due.h"
#include "queue/fanout.h"
#include "store/editions.h"
#include "store/ledger.h"
#include "store/people.h"

#define TD_HELD_WHY_MAX 400

/* What assembling holds while it runs. */
struct assembly {
    struct td_app *app;
    const struct td_assemble_options *options;
    struct td_assembled *out;
    int64_t newsletter;        /* id */
    struct td_edition_row row; /* numbers only are read after loading */
    struct td_source source;   /* as frozen */
    struct td_buf standfirst;  /* of the edition before */
    struct td_press *press;
    int64_t corrects;               /* as the options, or the edition that is replaced */
    int64_t replaces;               /* that edition; 0: none */
    char held_why[TD_HELD_WHY_MAX]; /* of it; "": it was not held */
};

static struct td_press_input press_input(const struct assembly *assembly,
                                         const struct td_source *source, bool frozen)
{
    return (struct td_press_input){
        .newsletter = assembly->options->newsletter,
        .date = assembly->options->date,
        .slug = assembly->out->slug,
        .source_name = source->name,
        .form = source->form,
        .source = td_buf_slice(&source->bytes),
        .frozen = frozen,
    };
}

static enum td_status open_press(struct assembly *assembly, bool frozen,
                                 struct td_err *err)
{
    struct td_press_input input = press_input(assembly, &assembly->source, frozen);
    enum td_status status =
        td_store_last_standfirst(assembly->app->store, assembly->newsletter,
                                 assembly->options->date, &assembly->standfirst, err);
    if (assembly->standfirst.len > 0)
        input.previous_standfirst = td_buf_slice(&assembly->standfirst);
    if (status == TD_OK)
        status = td_press_open(assembly->app, &input, &assembly->press,
                               &assembly->out->warnings, err);
    return status;
}

/* Why the edition is to be held from the start, or NULL. */
static const char *why_hold(const struct assembly *assembly)
{
    if (assembly->options->hold)
        return assembly->options->hold;
    if (assembly->held_why[0])
        return assembly->held_why;
    return assembly->options->newsletter->approval ? "waits for approval" : NULL;
}

/* The edition as it will stay: its row, with the source as it is now. */
static enum td_status freeze(struct assembly *assembly, struct td_err *err)
{
    struct td_app *app = assembly->app;
    const struct td_newsletter *newsletter = assembly->options->newsletter;
    const char *hold = why_hold(assembly);
    const struct td_zone *zone = NULL;
    td_time now = td_clock_now(&app->clock);
    char date[11];
    struct td_buf deflated;
    enum td_status status =
        td_zones_get(td_app_zones(app), td_slice(newsletter->zone), &zone, err);
    if (status != TD_OK)
        return status;
    td_date_format(assembly->options->date, date);
    assembly->row = (struct td_edition_row){
        .newsletter = assembly->newsletter,
        .slug = td_slice(assembly->out->slug),
        .date = td_slice(date),
        .held = hold != NULL,
        .held_why = td_slice(hold),
        .source_name = td_slice(assembly->source.name),
        .created = now,
        .released = td_release_at(
            td_planned_at(zone, assembly->options->date, newsletter->at, now), now),
        .valid_for = newsletter->valid_for,
        .resend_in_doubt = newsletter->in_doubt_resend,
        .corrects = assembly->corrects,
    };
    td_press_row(assembly->press, &deflated, &assembly->row);
    status = td_begin(app->store, err);
    if (status == TD_OK && assembly->replaces != 0)
        status = td_replace_aside(app, assembly->replaces, assembly->row.slug, err);
    if (status == TD_OK)
        status = td_store_edition_add(app->store, &assembly->row, err);
    if (status == TD_OK)
        status = td_commit(app->store, err);
    td_rollback(app->store);
    td_buf_release(&deflated);
    return status;
}

static enum td_status choose(void *context, const struct td_choice *choices, size_t count,
                             struct td_err *err)
{
    struct assembly *assembly = context;
    const struct td_newsletter *newsletter = assembly->options->newsletter;
    const struct td_zone *zone = NULL;
    struct td_partition partition = {
        .app = assembly->app,
        .press = assembly->press,
        .edition = assembly->row.id,
        .release = {.released = assembly->row.released},
        .zone = newsletter->zone,
    };
    enum td_status status =
        td_zones_get(td_app_zones(assembly->app), td_slice(newsletter->zone), &zone, err);
    if (status != TD_OK)
        return status;
    partition.release.planned = td_planned_at(zone, assembly->options->date,
                                              newsletter->at, assembly->row.released);
    return td_partition_choose(&partition, choices, count, err);
}

static void report(void *context, int64_t done)
{
    struct assembly *assembly = context;
    if (assembly->options->progress)
        assembly->options->progress(assembly->options->context, done);
}

static enum td_status fan_out(struct assembly *assembly, struct td_err *err)
{
    struct td_store *store = assembly->app->store;
    struct td_fanout fanout = {
        .kind = assembly->row.corrects != 0 ? TD_FANOUT_CORRECTION : TD_FANOUT_ISSUE,
        .edition = assembly->row.id,
        .newsletter = assembly->newsletter,
        .clock = &assembly->app->clock,
        .choose = choose,
        .progress = report,
        .context = assembly,
    };
    enum td_status status = td_fanout_run(store, &fanout, err);
    if (status == TD_OK)
        status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_edition_open(store, assembly->row.id, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

static enum td_status count_rows(struct assembly *assembly, struct td_err *err)
{
    int64_t counts[TD_STATE_COUNT];
    struct td_assembled *out = assembly->out;
    enum td_status status =
        td_ledger_counts(assembly->app->store, assembly->row.id, counts, err);
    if (status != TD_OK)
        return status;
    for (int state = 0; state < TD_STATE_COUNT; state++)
        out->messages += counts[state];
    out->skipped = counts[TD_SKIPPED];
    out->messages -= out->skipped;
    out->edition = assembly->row.id;
    out->released = assembly->row.released;
    out->held = assembly->row.held;
    return td_store_variant_count(assembly->app->store, assembly->row.id, &out->variants,
                                  err);
}

/* Whether the file in briefings/, or one it names, says something else now than what was frozen. */
static bool differs_from_file(const struct assembly *assembly)
{
    const struct td_slice was = td_buf_slice(&assembly->source.bytes);
    struct td_source now = {0};
    struct td_press *press = NULL;
    struct td_warnings warnings = {0};
    struct td_buf frozen;
    struct td_err ignored;
    const enum td_status found =
        td_source_get(assembly->app, assembly->options->newsletter,
                      assembly->options->date, assembly->out->slug, &now, &ignored);
    if (found != TD_OK) /* no file, or two; else it may be read another time */
        return found == TD_NOINPUT || found == TD_DATA;
    const struct td_press_input input = press_input(assembly, &now, false);
    bool same = td_slice_eq(td_buf_slice(&now.bytes),
                            td_slice_sub(was, 0, td_slice_find(was, 0, '\0')));
    if (same && td_slice_find(was, 0, '\0') != (size_t)-1) {
        td_buf_init(&frozen, TD_FROZEN_MAX);
        same = td_press_open(assembly->app, &input, &press, &warnings, &ignored) == TD_OK;
        if (same)
            td_press_freeze(press, &frozen);
        same = same && td_slice_eq(td_buf_slice(&frozen), was);
        td_press_close(press);
        td_buf_release(&frozen);
    }
    td_source_release(&now);
    return !same;
}

/* The edition that is there, with its source as frozen; TD_NOINPUT when there is none. */
static enum td_status find_frozen(struct assembly *assembly, struct td_err *err)
{
    struct td_store *store = assembly->app->store;
    enum td_status status = td_store_edition_find(
        store, assembly->newsletter, td_slice(assembly->out->slug), &assembly->row, err);
    if (status == TD_OK)
        status = td_frozen_source(&assembly->row, &assembly->source, err);
    if (status == TD_OK && assembly->row.held)
        (void)snprintf(assembly->held_why, sizeof assembly->held_why, "%.*s",
                       (int)assembly->row.held_why.len, assembly->row.held_why.ptr);
    if (status == TD_OK && assembly->row.held && assembly->held_why[0] == '\0')
        (void)snprintf(assembly->held_why, sizeof assembly->held_why, "as it was before");
    td_query_end(td_query(store, "edition_find"));
    return status;
}

static enum td_status freeze_file(struct assembly *assembly, struct td_err *err)
{
    enum td_status status = td_source_get(assembly->app, assembly->options->newsletter,
                                          assembly->options->date, assembly->out->slug,
                                          &assembly->source, err);
    if (status == TD_OK)
        status = open_press(assembly, false, err);
    return status == TD_OK ? freeze(assembly, err) : status;
}

/* Whatever is wrong with the file is found before the edition that is there is put aside. */
static enum td_status freeze_again(struct assembly *assembly, struct td_err *err)
{
    assembly->replaces = assembly->row.id;
    td_source_release(&assembly->source);
    enum td_status status = freeze_file(assembly, err);
    if (status != TD_OK)
        return status;
    assembly->out->replaced = assembly->replaces;
    return td_replace_cancel(assembly->app, assembly->replaces, err);
}

/* The edition that is there, or a new one frozen from the file. */
static enum td_status find_or_freeze(struct assembly *assembly, struct td_err *err)
{
    enum td_status status = find_frozen(assembly, err);
    assembly->corrects = assembly->options->corrects;
    if (status == TD_NOINPUT)
        return freeze_file(assembly, err);
    if (status != TD_OK)
        return status;
    if (assembly->corrects != 0 && assembly->corrects != assembly->row.corrects)
        return td_fail(err, TD_CANTCREAT,
                       "%s is there already and no correction of edition %lld: choose "
                       "another --name",
                       assembly->out->slug, (long long)assembly->corrects);
    assembly->corrects = assembly->row.corrects;
    if (assembly->options->replace)
        return freeze_again(assembly, err);
    assembly->out->existing = assembly->row.phase != TD_PHASE_BUILDING;
    return assembly->out->existing ? TD_OK : open_press(assembly, true, err);
}

static enum td_status find_newsletter(struct assembly *assembly, struct td_err *err)
{
    struct td_store *store = assembly->app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_newsletter_id(store, assembly->options->newsletter->name,
                                        &assembly->newsletter, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

static enum td_status run(struct assembly *assembly, struct td_err *err)
{
    const struct td_newsletter *newsletter = assembly->options->newsletter;
    enum td_status status = find_newsletter(assembly, err);
    if (status == TD_OK)
        status = find_or_freeze(assembly, err);
    if (assembly->source.name) /* warnings name it, though an error follows them */
        (void)snprintf(assembly->out->source, sizeof assembly->out->source, "%s",
                       assembly->source.name);
    if (status != TD_OK)
        return status;
    if (assembly->out->existing)
        assembly->out->source_changed = differs_from_file(assembly);
    else
        status = fan_out(assembly, err);
    if (status == TD_OK)
        status = count_rows(assembly, err);
    if (status == TD_OK && !assembly->out->existing)
        td_log(TD_INFO, "assembled",
               "edition=%lld newsletter=%s slug=%s variants=%lld messages=%lld",
               (long long)assembly->out->edition, newsletter->name, assembly->out->slug,
               (long long)assembly->out->variants, (long long)assembly->out->messages);
    return status;
}

static enum td_status open_assembly(struct assembly *assembly, struct td_app *app,
                                    const struct td_assemble_options *options,
                                    struct td_assembled *out, struct td_err *err)
{
    *assembly = (struct assembly){.app = app, .options = options, .out = out};
    *out = (struct td_assembled){0};
    td_buf_init(&assembly->standfirst, TD_SOURCE_MAX);
    enum td_status status = td_slug_make(options->date, options->name, out->slug, err);
    return status == TD_OK ? td_app_store(app, err) : status;
}

static void close_assembly(struct assembly *assembly)
{
    td_press_close(assembly->press);
    td_source_release(&assembly->source);
    td_buf_release(&assembly->standfirst);
}

enum td_status td_assemble(struct td_app *app, const struct td_assemble_options *options,
                           struct td_assembled *out, struct td_err *err)
{
    struct assembly assembly;
    enum td_status status = open_assembly(&assembly, app, options, out, err);
    if (status == TD_OK)
        status = run(&assembly, err);
    close_assembly(&assembly);
    return status;
}

enum td_status td_assemble_changed(struct td_app *app,
                                   const struct td_assemble_options *options,
                                   bool *changed, struct td_err *err)
{
    struct assembly assembly;
    struct td_assembled *out = td_xcalloc(1, sizeof *out); /* warnings make it large */
    enum td_status status = open_assembly(&assembly, app, options, out, err);
    *changed = false;
    if (status == TD_OK)
        status = find_newsletter(&assembly, err);
    if (status == TD_OK)
        status = find_frozen(&assembly, err);
    if (status == TD_OK)
        *changed = differs_from_file(&assembly);
    close_assembly(&assembly);
    free(out);
    return status == TD_NOINPUT ? TD_OK : status;
}

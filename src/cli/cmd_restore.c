/* `tidings db restore|release`; their rows stand with the rest of `db`. */
#include <stdlib.h>

#include "app/keep/restore.h"
#include "app/people/erase_list.h"
#include "cli/db.h"

/* The listing of what waits, to people and into JSON. */
struct listing {
    struct td_run_context *run;
    struct td_json *editions;
    int64_t waiting, live, held, in_doubt;
};

static void list_edition(void *context, const struct td_waiting *waiting)
{
    struct listing *listing = context;
    struct td_printer *out = listing->run->out;
    struct td_json *json = td_json_object();
    char deadline[32];
    td_time_format(waiting->deadline, deadline);
    listing->waiting += waiting->waiting;
    listing->live += waiting->live;
    listing->held += waiting->held_messages;
    listing->in_doubt += waiting->in_doubt;
    td_json_append_take(listing->editions, json);
    td_json_set_int(json, "edition", waiting->edition);
    td_json_set_str(json, "newsletter", waiting->newsletter);
    td_json_set_str(json, "slug", waiting->slug);
    td_json_set_str(json, "subject", waiting->subject);
    td_json_set_bool(json, "held", waiting->held);
    td_json_set_cstr(json, "deadline", deadline);
    td_json_set_int(json, "waiting", waiting->waiting);
    td_json_set_int(json, "would_be_sent", waiting->held ? 0 : waiting->live);
    td_json_set_int(json, "held_messages", waiting->held_messages);
    td_json_set_int(json, "in_doubt", waiting->in_doubt);
    td_printf(out, "edition %lld  ", (long long)waiting->edition);
    td_print_visible(out, waiting->newsletter);
    td_printf(out, " ");
    td_print_visible(out, waiting->slug);
    td_printf(out, "%s: %lld would be sent until %s, %lld are too late",
              waiting->held ? " (held)" : "", (long long)waiting->live, deadline,
              (long long)(waiting->waiting - waiting->live));
    if (waiting->held_messages > 0)
        td_printf(out, ", %lld held", (long long)waiting->held_messages);
    if (waiting->in_doubt > 0)
        td_printf(out, ", %lld in doubt", (long long)waiting->in_doubt);
    td_printf(out, "\n           ");
    td_print_visible(out, waiting->subject);
    td_printf(out, "\n");
}

static void add_listing(const struct listing *listing, struct td_json *json)
{
    td_json_set_int(json, "waiting", listing->waiting);
    td_json_set_int(json, "in_time", listing->live);
    td_json_set_int(json, "held", listing->held);
    td_json_set_int(json, "in_doubt", listing->in_doubt);
    td_json_set_take(json, "editions", listing->editions);
}

static void print_restored(struct td_run_context *run, const struct td_restored *restored,
                           int64_t erased, const struct listing *listing)
{
    bool dry = td_args_has(run->args, "dry-run");
    char taken[32];
    struct td_json *json = td_json_object();
    td_time_format(restored->restore.taken, taken);
    td_json_set_bool(json, "restored", !dry);
    td_json_set_cstr(json, "source", restored->restore.from);
    td_json_set_cstr(json, "taken", taken);
    td_json_set_int(json, "schema", restored->schema);
    td_json_set_cstr(json, "aside", restored->aside[0] ? restored->aside : NULL);
    td_json_set_int(json, "files", restored->files);
    td_json_set_int(json, "erased", erased);
    add_listing(listing, json);
    td_print_json_take(run->out, json);
    td_printf(run->out, "%s the backup of %s, schema %d\n",
              dry ? "would restore" : "restored", taken, restored->schema);
    if (restored->aside[0]) {
        td_printf(run->out, "the database before is now ");
        td_print_visible(run->out, td_slice(restored->aside));
        td_printf(run->out, "\n");
    }
    if (erased > 0)
        td_printf(run->out, "%lld people who were erased since are erased again\n",
                  (long long)erased);
    td_printf(
        run->out,
        "Nothing is sent until you say so. What of this has gone out since the "
        "backup was taken,\nthis database does not know: cancel it (edition cancel, "
        "queue cancel), then let the rest go:\n\n    tidings db release\n");
}

enum td_status td_cmd_db_restore(struct td_run_context *run, struct td_err *err)
{
    struct td_restored restored;
    int64_t erased = 0;
    struct listing listing = {.run = run, .editions = td_json_array()};
    char *source = td_db_path(run, 0);
    struct td_restore_options options = {
        .source = source,
        .replace = td_args_has(run->args, "replace"),
        .other_keys = td_args_has(run->args, "other-keys"),
        .files = td_args_has(run->args, "files"),
        .dry_run = td_args_has(run->args, "dry-run"),
        .watch = {td_db_show_copied, NULL},
    };
    struct td_waiting_sink sink = {list_edition, &listing};
    enum td_status status = td_restore(run->app, &options, &restored, sink, err);
    td_progress_end();
    free(source);
    if (status == TD_OK && !options.dry_run)
        status = td_erase_again(run->app, &erased, err);
    if (status == TD_OK)
        print_restored(run, &restored, erased, &listing);
    else
        td_json_destroy(listing.editions);
    return status;
}

enum td_status td_cmd_db_release(struct td_run_context *run, struct td_err *err)
{
    struct td_restore was;
    struct listing listing = {.run = run};
    bool dry = td_args_has(run->args, "dry-run");
    int64_t erased = 0;
    /* Once more: the restore may have been cut short before it came to that, or the list came later. */
    enum td_status status = dry ? TD_OK : td_erase_again(run->app, &erased, err);
    if (status != TD_OK)
        return status;
    status = td_quarantine_end(run->app, dry, &was, err);
    if (status == TD_NO)
        return td_fail(err, TD_NO, "nothing to release: no restore waits for it");
    if (status != TD_OK)
        return status;
    struct td_waiting_sink sink = {list_edition, &listing};
    struct td_json *json = td_json_object();
    char taken[32];
    td_time_format(was.taken, taken);
    listing.editions = td_json_array();
    status = td_waiting_list(run->app->store, td_clock_now(&run->app->clock), sink, err);
    td_json_set_bool(json, "released", !dry);
    td_json_set_cstr(json, "taken", taken);
    add_listing(&listing, json);
    td_print_json_take(run->out, json);
    td_printf(run->out, "%s the database of %s, restored from ",
              dry ? "would release" : "released", taken);
    td_print_visible(run->out, td_slice(was.from));
    td_printf(run->out, "\n");
    return status;
}

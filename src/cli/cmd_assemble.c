/* `tidings edition assemble`. */
#include <stdio.h>

#include "app/assemble/assemble.h"
#include "app/assemble/replace.h"
#include "cli/commands.h"

enum td_status td_want_date(struct td_run_context *run,
                            const struct td_newsletter *newsletter, struct td_date *out,
                            struct td_err *err)
{
    const char *text = td_args_get(run->args, "date");
    const struct td_zone *zone = NULL;
    if (text && !td_date_parse(td_slice(text), out))
        return td_fail(err, TD_USAGE, "--date %s: a day like 2026-11-20 is wanted", text);
    if (text)
        return TD_OK;
    enum td_status status =
        td_zones_get(td_app_zones(run->app), td_slice(newsletter->zone), &zone, err);
    if (status == TD_OK)
        *out = td_zone_local(zone, td_clock_now(&run->app->clock), NULL);
    return status;
}

static void show_progress(void *context, int64_t done)
{
    (void)context;
    td_progress("queueing", done, 0); /* how many there are costs a count */
}

static void print_warnings(const struct td_assembled *result)
{
    for (size_t i = 0; i < result->warnings.count; i++)
        (void)fprintf(stderr, "%s:%d: warning: %s\n", result->source,
                      result->warnings.items[i].line, result->warnings.items[i].text);
    if (result->warnings.dropped > 0)
        (void)fprintf(stderr, "%s: %zu more warnings\n", result->source,
                      result->warnings.dropped);
}

static void print_assembled(struct td_run_context *run,
                            const struct td_newsletter *newsletter,
                            const struct td_correction *correction,
                            const struct td_assembled *result)
{
    struct td_json *json = td_json_object();
    char released[32];
    char date[11];
    td_time_format(result->released, released);
    (void)snprintf(date, sizeof date, "%.10s", result->slug);
    td_json_set_int(json, "edition", result->edition);
    td_json_set_cstr(json, "newsletter", newsletter->name);
    td_json_set_cstr(json, "date", date);
    td_json_set_cstr(json, "slug", result->slug);
    td_json_set_int(json, "variants", result->variants);
    td_json_set_int(json, "messages", result->messages);
    td_json_set_int(json, "skipped", result->skipped);
    td_json_set_bool(json, "existing", result->existing);
    td_json_set_bool(json, "held", result->held);
    td_json_set_cstr(json, "released", released);
    if (result->replaced != 0)
        td_json_set_int(json, "replaced", result->replaced);
    if (correction->edition != 0) {
        td_json_set_int(json, "corrects", correction->edition);
        td_json_set_int(json, "waiting_for_the_faulty", correction->waiting);
    }
    td_print_json_take(run->out, json);
    td_printf(run->out,
              "edition %lld, %s %s: %lld messages in %lld variants, %lld skipped%s\n",
              (long long)result->edition, newsletter->name, result->slug,
              (long long)result->messages, (long long)result->variants,
              (long long)result->skipped,
              result->existing ? "; it was complete, nothing changed" : "");
    if (result->replaced != 0)
        td_printf(run->out, "it stands in for edition %lld, of which nothing was sent\n",
                  (long long)result->replaced);
    if (correction->edition != 0)
        td_printf(run->out,
                  "it corrects edition %lld, for those who got it or may have\n",
                  (long long)correction->edition);
    if (correction->waiting > 0)
        (void)fprintf(
            stderr,
            "tidings: warning: %lld messages of edition %lld wait to be sent as they "
            "are; their readers get no correction (edition cancel %lld)\n",
            (long long)correction->waiting, (long long)correction->edition,
            (long long)correction->edition);
    if (result->held)
        td_printf(run->out,
                  "nothing of it leaves before `tidings edition release %lld`\n",
                  (long long)result->edition);
    if (result->source_changed)
        (void)fprintf(
            stderr,
            "tidings: warning: the source file has changed since the edition was frozen; "
            "readers get it as it was\n");
}

/* A correction is of its edition's day, and called so unless --name says otherwise. */
static enum td_status want_correction(struct td_run_context *run,
                                      struct td_assemble_options *options,
                                      struct td_correction *correction,
                                      struct td_err *err)
{
    const char *of = td_args_get(run->args, "correction-of");
    if (!of)
        return td_want_date(run, options->newsletter, &options->date, err);
    if (td_args_has(run->args, "date"))
        return td_fail(err, TD_USAGE,
                       "--date: a correction has that of what it corrects");
    enum td_status status =
        td_correction_of(run->app, options->newsletter, of, correction, err);
    options->corrects = correction->edition;
    options->date = correction->date;
    if (!options->name)
        options->name = "correction";
    return status;
}

static enum td_status run_assemble(struct td_run_context *run, struct td_err *err)
{
    struct td_assembled result = {0};
    struct td_correction correction = {0};
    struct td_assemble_options options = {
        .name = td_args_get(run->args, "name"),
        .replace = td_args_has(run->args, "replace"),
        .progress = show_progress,
    };
    enum td_status status =
        td_app_newsletter(run->app, run->args->operands[0], &options.newsletter, err);
    if (status == TD_OK)
        status = want_correction(run, &options, &correction, err);
    if (status != TD_OK)
        return status;
    status = td_assemble(run->app, &options, &result, err);
    td_progress_end();
    print_warnings(&result);
    if (status == TD_OK)
        print_assembled(run, options.newsletter, &correction, &result);
    return status;
}

static const struct td_option assemble_options[] = {
    {"date", "DATE",
     "the edition's day, like 2026-11-20 (default: today in the newsletter's zone)"},
    {"name", "NAME", "a special: its source is DATE-NAME.md or .txt"},
    {"correction-of", "EDITION",
     "only for those who got that edition or may have; its source is\n"
     "                           DATE-correction.md, or as --name says"},
    {"replace", NULL, "freeze anew what nothing was sent of yet"},
    {NULL, NULL, NULL},
};

const struct td_command td_commands_assemble[] = {
    {
        .name = "edition assemble",
        .operands = "NEWSLETTER",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Make the day's edition and queue one message per subscriber",
        .details =
            "Reads briefings/NEWSLETTER/DATE.md or DATE.txt, freezes it, renders "
            "one mail per\n"
            "distinct selection and queues them, due at each subscriber's hour. "
            "Running it\n"
            "again goes on after a crash and changes nothing when all is there.\n\n"
            "What is wrong is mended by --replace before anything has left, and by a "
            "correction\n"
            "(--correction-of) afterwards.",
        .options = assemble_options,
        .run = run_assemble,
    },
    {0},
};

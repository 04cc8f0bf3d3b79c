/* `tidings subscriber rename|suppress`, and the part of `reinstate` that is about addresses. */
#include <inttypes.h>
#include <string.h>

#include "app/people/care.h"
#include "cli/people.h"

static void add_dry_run(struct td_run_context *run, struct td_json *json)
{
    if (!td_args_has(run->args, "dry-run"))
        return;
    td_json_set_bool(json, "dry_run", true);
    td_printf(run->out, "Dry run: nothing was changed.\n");
}

enum td_status td_run_subscriber_rename(struct td_run_context *run, struct td_err *err)
{
    const struct td_rename rename = {
        .from = run->args->operands[0],
        .to = run->args->operands[1],
        .dry_run = td_args_has(run->args, "dry-run"),
    };
    int64_t subscriber = 0;
    enum td_status status = td_care_rename(run->app, &rename, &subscriber, err);
    if (status != TD_OK)
        return status;
    struct td_json *json = td_json_object();
    td_json_set_int(json, "subscriber", subscriber);
    td_json_set_cstr(json, "from", rename.from);
    td_json_set_cstr(json, "email", rename.to);
    td_print_visible(run->out, td_slice(rename.from));
    td_printf(run->out, " is ");
    td_print_visible(run->out, td_slice(rename.to));
    td_printf(run->out, " now (subscriber %" PRId64 ")\n", subscriber);
    add_dry_run(run, json);
    td_print_json_take(run->out, json);
    return TD_OK;
}

enum td_status td_want_words(struct td_run_context *run, const char *option,
                             const char *question, const char **out, struct td_err *err)
{
    *out = td_args_get(run->args, option);
    if (!*out)
        return td_fail(err, TD_USAGE, "--%s TEXT is wanted: %s", option, question);
    if (td_signup_source(td_slice(*out), err) == TD_OK)
        return TD_OK;
    err->status = TD_USAGE;
    return td_err_context(err, "--%s", option);
}

static void print_care(struct td_run_context *run, const struct td_care *care,
                       bool changed, const char *done, const char *otherwise)
{
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "email", care->email);
    td_json_set_cstr(json, "newsletter",
                     care->newsletter ? care->newsletter->name : NULL);
    td_json_set_cstr(json, "result", changed ? done : "unchanged");
    td_print_visible(run->out, td_slice(care->email));
    td_printf(run->out, ": %s\n", changed ? done : otherwise);
    add_dry_run(run, json);
    td_print_json_take(run->out, json);
}

enum td_status td_run_subscriber_suppress(struct td_run_context *run, struct td_err *err)
{
    struct td_care care = {
        .email = run->args->operands[0],
        .dry_run = td_args_has(run->args, "dry-run"),
    };
    bool changed = false;
    enum td_status status =
        td_want_words(run, "reason", "why may they not be mailed?", &care.words, err);
    if (status == TD_OK)
        status = td_want_newsletter(run, &care.newsletter, err);
    if (status == TD_OK)
        status = td_care_suppress(run->app, &care, &changed, err);
    if (status == TD_OK)
        print_care(run, &care, changed, "suppressed", "was suppressed before");
    return status;
}

bool td_is_lift(struct td_run_context *run)
{
    struct td_subscriber_row row;
    struct td_err ignored;
    if (run->args->operand_count != 1 || !strchr(run->args->operands[0], '@'))
        return false;
    if (td_args_get(run->args, "newsletter"))
        return true;
    bool known =
        td_find_person(run->app, run->args->operands[0], &row, &ignored) == TD_OK;
    td_query_end(td_query(run->app->store, "subscriber_find"));
    return !known;
}

enum td_status td_run_lift(struct td_run_context *run, struct td_err *err)
{
    struct td_care care = {
        .email = run->args->operands[0],
        .dry_run = td_args_has(run->args, "dry-run"),
    };
    bool changed = false;
    enum td_status status = td_want_words(
        run, "reason", "how do you know that they want mail?", &care.words, err);
    if (status == TD_OK)
        status = td_want_newsletter(run, &care.newsletter, err);
    if (status == TD_OK)
        status = td_care_lift(run->app, &care, &changed, err);
    if (status == TD_OK && !changed)
        return td_fail(err, TD_NOINPUT, "nothing is suppressed for %s", care.email);
    if (status == TD_OK)
        print_care(run, &care, changed, "reinstated", "");
    return status;
}

/* `tidings subscriber confirm`, and the question that `tidings subscribe` leaves behind. */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/people.h"
#include "cli/subscribed.h"

enum td_status td_ask_signed_up(struct td_run_context *run,
                                const struct td_signup *signup,
                                const struct td_person_outcome *outcome,
                                enum td_optin_ask *ask, struct td_err *err)
{
    struct td_app *app = run->app;
    const char *origin = td_args_get(run->args, "origin");
    char source[TD_SOURCE_LEN + 1] = "";
    *ask = TD_ASK_NONE;
    if (origin) {
        td_optin_source(app, td_slice(origin), source);
        enum td_status status = td_optin_admit(app, source, err);
        if (status != TD_OK)
            return status;
    }
    return td_optin_signed_up(app, signup, outcome, source, ask, err);
}

void td_print_ask(struct td_run_context *run, enum td_membership membership,
                  enum td_optin_ask ask)
{
    static const char *const words[] = {
        [TD_ASK_NONE] = "",
        [TD_ASK_QUEUED] = "A confirmation is on its way to them.\n",
        [TD_ASK_ALREADY] = "They were asked to confirm already; not again today.\n",
        [TD_ASK_WAITS] = "Their confirmation waits: too many went out in this hour.\n",
    };
    if (membership != TD_PENDING)
        return;
    td_printf(run->out, "%s", words[ask]);
    td_printf(run->out, "Pending people get no newsletter until they are confirmed; "
                        "--confirmed --source TEXT states that they agreed.\n");
}

/* --- subscriber tend -------------------------------------------------------------------------- */

enum td_status td_run_subscriber_tend(struct td_run_context *run, struct td_err *err)
{
    struct td_optin_tended done;
    enum td_status status = td_optin_tend(run->app, &done, err);
    struct td_json *json = td_json_object();
    td_json_set_int(json, "asked", done.asked);
    td_json_set_int(json, "reminded", done.reminded);
    td_json_set_int(json, "forgotten", done.forgotten);
    td_print_json_take(run->out, json);
    td_printf(run->out, "%lld asked, %lld reminded, %lld forgotten\n",
              (long long)done.asked, (long long)done.reminded, (long long)done.forgotten);
    return status;
}

/* --- subscriber confirm ----------------------------------------------------------------------- */

/* What came of it for each newsletter of the person. */
struct answers {
    struct td_subscribed to;
    enum td_optin_result *results; /* owned */
    int64_t confirmed;
};

static enum td_status confirm_all(struct td_run_context *run, int64_t person,
                                  const char *source, struct answers *list,
                                  struct td_err *err)
{
    enum td_status status = TD_OK;
    list->results = td_xcalloc(list->to.count + 1, sizeof *list->results);
    for (size_t i = 0; i < list->to.count && status == TD_OK; i++) {
        const struct td_optin_yes yes = {
            .newsletter = list->to.items[i].newsletter,
            .subscriber = person,
            .how = "command",
            .source = td_slice(source),
            .event = TD_CONSENT_STATED,
            .dry_run = td_args_has(run->args, "dry-run"),
        };
        status = td_optin_confirm(run->app, &yes, &list->results[i], err);
        list->confirmed += list->results[i] == TD_OPTIN_CONFIRMED;
    }
    return status;
}

static void print_answers(struct td_run_context *run, const struct answers *list)
{
    static const char *const words[] = {
        [TD_OPTIN_CONFIRMED] = "confirmed",
        [TD_OPTIN_ACTIVE] = "unchanged",
        [TD_OPTIN_GONE] = "refused",
    };
    const char *email = run->args->operands[0];
    bool dry_run = td_args_has(run->args, "dry-run");
    struct td_json *json = td_json_object();
    struct td_json *newsletters = td_json_array();
    td_json_set_cstr(json, "email", email);
    for (size_t i = 0; i < list->to.count; i++) {
        const char *name = list->to.items[i].name;
        const enum td_optin_result result = list->results[i];
        struct td_json *item = td_json_object();
        td_json_set_cstr(item, "newsletter", name);
        td_json_set_cstr(item, "result", words[result]);
        td_json_append_take(newsletters, item);
        td_print_visible(run->out, td_slice(email));
        td_printf(run->out, ": %s: %s%s\n", name, words[result],
                  result == TD_OPTIN_GONE
                      ? " (left, suspended or suppressed; `subscribe` asks anew)"
                      : "");
    }
    td_json_set_take(json, "newsletters", newsletters);
    if (dry_run)
        td_json_set_bool(json, "dry_run", true);
    td_print_json_take(run->out, json);
    if (dry_run)
        td_printf(run->out, "Dry run: nothing was changed.\n");
}

static enum td_status audit(struct td_run_context *run, int64_t rows, struct td_err *err)
{
    struct td_store *store = run->app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_settle_command(run, "subscriber confirm", rows, err);
    td_rollback(store);
    return status;
}

enum td_status td_run_subscriber_confirm(struct td_run_context *run, struct td_err *err)
{
    const struct td_newsletter *only;
    struct answers list = {0};
    struct td_subscriber_row person = {0};
    const char *source;
    enum td_status status =
        td_want_words(run, "source", "how do you know that they agreed?", &source, err);
    if (status == TD_OK)
        status = td_want_newsletter(run, &only, err);
    if (status == TD_OK)
        status = td_app_store(run->app, err);
    if (status == TD_OK)
        status = td_find_person(run->app, run->args->operands[0], &person, err);
    if (status != TD_OK)
        return status;
    const int64_t id = person.id;
    td_query_end(td_query(run->app->store, "subscriber_find"));
    status = td_subscribed_find(run->app->store, id, only, &list.to, err);
    if (status == TD_OK)
        status = confirm_all(run, id, source, &list, err);
    if (status == TD_OK && list.confirmed > 0)
        status = audit(run, list.confirmed, err);
    if (status == TD_OK)
        print_answers(run, &list);
    if (status == TD_OK && list.confirmed == 0)
        status = td_fail(err, TD_NO, "%s: nothing is pending", run->args->operands[0]);
    td_subscribed_release(&list.to);
    free(list.results);
    return status;
}

/* `tidings unsubscribe`. */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/people.h"
#include "cli/subscribed.h"

/* What came of one subscription. */
struct leaving {
    bool was; /* subscribed until now */
    int64_t unsent;
};

struct leavings {
    struct td_subscribed from;
    struct leaving *items; /* owned; of each of them */
    int64_t changed, unsent;
};

static enum td_status count_unsent(struct td_store *store, int64_t newsletter,
                                   int64_t person, int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "message_unsent");
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_int(query, "$subscriber", person);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = td_col_int(query, 0);
    td_query_end(query);
    return status;
}

static enum td_status leave_all(struct td_app *app, struct td_people *people,
                                int64_t person, struct leavings *list, struct td_err *err)
{
    struct td_person_outcome outcome;
    enum td_status status = TD_OK;
    list->items = td_xcalloc(list->from.count + 1, sizeof *list->items);
    for (size_t i = 0; i < list->from.count && status == TD_OK; i++) {
        const int64_t newsletter = list->from.items[i].newsletter;
        struct leaving *leaving = &list->items[i];
        status = td_optin_leave(app, people, newsletter, person, false, &outcome, err);
        leaving->was = outcome.result == TD_PERSON_UPDATED;
        if (status == TD_OK && leaving->was)
            status =
                count_unsent(people->store, newsletter, person, &leaving->unsent, err);
        list->changed += leaving->was;
        list->unsent += leaving->unsent;
    }
    return status;
}

static void print_leavings(struct td_run_context *run, const struct leavings *list)
{
    const char *email = run->args->operands[0];
    bool dry_run = td_args_has(run->args, "dry-run");
    struct td_json *json = td_json_object();
    struct td_json *newsletters = td_json_array();
    td_json_set_cstr(json, "email", email);
    for (size_t i = 0; i < list->from.count; i++) {
        const char *name = list->from.items[i].name;
        const struct leaving *leaving = &list->items[i];
        struct td_json *item = td_json_object();
        td_json_set_cstr(item, "newsletter", name);
        td_json_set_cstr(item, "result", leaving->was ? "unsubscribed" : "unchanged");
        td_json_set_int(item, "unsent", leaving->unsent);
        td_json_append_take(newsletters, item);
        td_print_visible(run->out, td_slice(email));
        td_printf(run->out,
                  leaving->was ? ": unsubscribed from %s\n" : ": had left %s before\n",
                  name);
    }
    td_json_set_take(json, "newsletters", newsletters);
    td_json_set_int(json, "unsent", list->unsent);
    if (dry_run)
        td_json_set_bool(json, "dry_run", true);
    td_print_json_take(run->out, json);
    if (list->from.count == 0) {
        td_print_visible(run->out, td_slice(email));
        td_printf(run->out, ": not subscribed, nothing to change\n");
    }
    if (list->unsent > 0)
        td_printf(run->out, "%lld queued message%s will not be sent.\n",
                  (long long)list->unsent, list->unsent == 1 ? "" : "s");
    if (dry_run)
        td_printf(run->out, "Dry run: nothing was changed.\n");
}

enum td_status td_run_unsubscribe(struct td_run_context *run, struct td_err *err)
{
    struct td_app *app = run->app;
    const struct td_newsletter *only;
    struct leavings list = {0};
    struct td_subscriber_row person = {0};
    enum td_status status = td_want_newsletter(run, &only, err);
    if (status == TD_OK)
        status = td_app_store(app, err);
    if (status == TD_OK)
        status = td_begin(app->store, err);
    if (status != TD_OK)
        return status;
    struct td_people people = td_people_by_command(app, NULL);
    status = td_find_person(app, run->args->operands[0], &person, err);
    if (status == TD_OK)
        status = td_subscribed_find(app->store, person.id, only, &list.from, err);
    if (status == TD_OK)
        status = leave_all(app, &people, person.id, &list, err);
    if (status == TD_OK)
        status = td_settle_command(run, "unsubscribe", list.changed, err);
    td_rollback(app->store);
    if (status == TD_OK)
        print_leavings(run, &list);
    td_subscribed_release(&list.from);
    free(list.items);
    return status;
}

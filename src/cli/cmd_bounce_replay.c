/* `tidings bounce replay`: what was judged is judged anew. */
#include "app/bounces/bounce_replay.h"
#include "app/bounces/bounces.h"
#include "cli/bounce.h"
#include "outcome/bounce.h"
#include "store/people.h"

static const char *kind_of(int kind)
{
    return td_bounce_kind_name((enum td_bounce_kind)kind);
}

static struct td_json *verdict(enum td_bounce_result result, int kind, const char *status,
                               enum td_reason reason)
{
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "result", td_bounce_result_name(result));
    td_json_set_cstr(json, "kind", kind_of(kind));
    td_json_set_cstr(json, "status", status[0] ? status : NULL);
    td_json_set_cstr(json, "reason", td_reason_name(reason));
    return json;
}

static void print_change(struct td_run_context *run,
                         const struct td_verdict_change *change, struct td_json *list)
{
    const struct td_bounce_row *row = &change->row;
    struct td_json *item = td_json_object();
    td_json_set_int(item, "id", row->id);
    td_json_set_int(item, "subscriber", row->subscriber);
    td_json_set_take(item, "from",
                     verdict(change->was_result, change->was_kind, change->was_status,
                             change->was_reason));
    td_json_set_take(item, "to",
                     verdict(row->result, row->kind, row->status, row->reason));
    td_json_set_cstr(item, "rule", row->rule[0] ? row->rule : NULL);
    td_json_append_take(list, item);
    td_printf(run->out, "bounce %lld: %s %s %s -> %s %s %s\n", (long long)row->id,
              td_bounce_result_name(change->was_result), kind_of(change->was_kind),
              change->was_status[0] ? change->was_status : "-",
              td_bounce_result_name(row->result), kind_of(row->kind),
              row->status[0] ? row->status : "-");
}

static enum td_status print_person(struct td_run_context *run,
                                   const struct td_replayed_person *person,
                                   struct td_json *list, struct td_err *err)
{
    struct td_subscriber_row row;
    const char *action = person->suspend ? "suspend" : "reinstate";
    enum td_status status =
        td_store_subscriber_get(run->app->store, person->subscriber, &row, err);
    if (status != TD_OK)
        return status;
    struct td_json *item = td_json_object();
    td_json_set_int(item, "subscriber", person->subscriber);
    td_json_set_str(item, "address", row.address);
    td_json_set_cstr(item, "action", action);
    td_json_set_int(item, "bounce", person->bounce);
    td_json_append_take(list, item);
    td_printf(run->out, "%s ", action);
    td_print_visible(run->out, row.address);
    td_printf(run->out, ": bounce %lld\n", (long long)person->bounce);
    td_query_end(td_query(run->app->store, "subscriber_get"));
    return TD_OK;
}

static enum td_status print_replay(struct td_run_context *run,
                                   const struct td_replay *replay, struct td_err *err)
{
    bool dry_run = td_args_has(run->args, "dry-run");
    struct td_json *json = td_json_object();
    struct td_json *verdicts = td_json_array();
    struct td_json *people = td_json_array();
    enum td_status status = TD_OK;
    for (size_t i = 0; i < replay->change_count; i++)
        print_change(run, &replay->changes[i], verdicts);
    for (size_t i = 0; i < replay->person_count && status == TD_OK; i++)
        status = print_person(run, &replay->people[i], people, err);
    td_json_set_int(json, "read", replay->read);
    td_json_set_int(json, "rules", replay->rules);
    td_json_set_bool(json, "dry_run", dry_run);
    td_json_set_take(json, "verdicts", verdicts);
    td_json_set_take(json, "people", people);
    td_print_json_take(run->out, json);
    td_printf(run->out, "%lld judged anew by rules %d: %zu verdicts and %zu people %s.\n",
              (long long)replay->read, replay->rules, replay->change_count,
              replay->person_count, dry_run ? "would change" : "changed");
    return status;
}

enum td_status td_run_bounce_replay(struct td_run_context *run, struct td_err *err)
{
    struct td_replay replay = {0};
    enum td_status status = td_bounces_replay(run->app, &replay, err);
    if (status == TD_OK && !td_args_has(run->args, "dry-run"))
        status = td_bounces_replay_apply(run->app, &replay, err);
    if (status == TD_OK)
        status = print_replay(run, &replay, err);
    td_replay_release(&replay);
    return status;
}

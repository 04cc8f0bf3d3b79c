/* `tidings subscriber reinstate`: what a bounce, a complaint or a hand stopped is taken back. */
#include <stdlib.h>
#include <string.h>

#include "app/instance/audit.h"
#include "app/bounces/suspend.h"
#include "base/mem.h"
#include "cli/bounce.h"
#include "cli/people.h"
#include "outcome/bounce.h"
#include "store/bounces.h"

#define AT_ONCE 100 /* people in one transaction */
#define MOST    INT64_C(100000000)

/* Who is meant. */
struct people {
    struct td_ids ids; /* owned */
    bool by_name;
};

struct tally {
    struct td_json *list;
    int64_t reinstated, unchanged;
};

static enum td_status find_by_name(struct td_run_context *run, struct people *people,
                                   struct td_err *err)
{
    enum td_status status = TD_OK;
    people->by_name = true;
    for (size_t i = 0; i < run->args->operand_count && status == TD_OK; i++) {
        struct td_subscriber_row row;
        struct td_ids *ids = &people->ids;
        status = td_find_person(run->app, run->args->operands[i], &row, err);
        if (status != TD_OK)
            return status;
        ids->items =
            td_vec_grow(ids->items, &ids->cap, ids->count + 1, sizeof *ids->items);
        ids->items[ids->count++] = row.id;
    }
    return status;
}

static enum td_status find_by_bounces(struct td_run_context *run, struct people *people,
                                      struct td_err *err)
{
    struct td_bounce_wanted wanted;
    enum td_status status = td_bounce_wanted_read(run, run->args->operands,
                                                  run->args->operand_count, &wanted, err);
    if (status != TD_OK)
        return status;
    if (!wanted.kind_named)
        wanted.kinds &= ~(UINT64_C(1) << TD_BOUNCE_COMPLAINT);
    struct td_query *query = td_query(run->app->store, "bounce_suspenders");
    td_bounce_wanted_bind(query, &wanted, MOST);
    return td_store_ids(query, &people->ids, err);
}

/* Addresses or selectors, not both. */
static enum td_status find_people(struct td_run_context *run, struct people *people,
                                  struct td_err *err)
{
    size_t selectors = 0;
    size_t count = run->args->operand_count;
    bool all = td_args_has(run->args, "all");
    for (size_t i = 0; i < count; i++)
        selectors += strpbrk(run->args->operands[i], "=<>") != NULL;
    if (count == 0 && !all)
        return td_fail(
            err, TD_USAGE,
            "who? An address, a selector such as domain=example.org, or --all");
    if (selectors != 0 && selectors != count)
        return td_fail(err, TD_USAGE, "addresses or selectors are wanted, not both");
    if (all && count > selectors)
        return td_fail(err, TD_USAGE, "--all and an address do not go together");
    return count > selectors ? find_by_name(run, people, err)
                             : find_by_bounces(run, people, err);
}

static enum td_status reinstate_one(struct td_run_context *run,
                                    const struct people *people, int64_t subscriber,
                                    struct tally *tally, struct td_err *err)
{
    struct td_store *store = run->app->store;
    const char *reason = td_args_get(run->args, "reason");
    struct td_subscriber_row row;
    bool changed = false;
    const struct td_reinstatement reinstatement = {
        .subscriber = subscriber,
        .how = "command",
        .source = td_slice(reason ? reason : ""),
        .forgive = true,
        .by_hand = people->by_name,
        .now = td_clock_now(&run->app->clock),
    };
    enum td_status status = td_reinstate(store, &reinstatement, &changed, err);
    if (status == TD_OK)
        status = td_store_subscriber_get(store, subscriber, &row, err);
    if (status != TD_OK)
        return status;
    struct td_json *item = td_json_object();
    td_json_set_str(item, "email", row.address);
    td_json_set_cstr(item, "result", changed ? "reinstated" : "unchanged");
    td_json_append_take(tally->list, item);
    td_print_visible(run->out, row.address);
    td_printf(run->out, changed ? ": reinstated\n" : ": nothing had stopped them\n");
    td_query_end(td_query(store, "subscriber_get"));
    *(changed ? &tally->reinstated : &tally->unchanged) += 1;
    return TD_OK;
}

/* A part of them in one transaction, with its line in the audit. */
static enum td_status reinstate_some(struct td_run_context *run,
                                     const struct people *people, size_t from,
                                     struct tally *tally, struct td_err *err)
{
    int64_t before = tally->reinstated;
    bool dry_run = td_args_has(run->args, "dry-run");
    enum td_status status = td_begin(run->app->store, err);
    for (size_t i = from; i < people->ids.count && i < from + AT_ONCE && status == TD_OK;
         i++)
        status = reinstate_one(run, people, people->ids.items[i], tally, err);
    if (status == TD_OK && tally->reinstated > before)
        status = td_audit_command(run->app, "subscriber reinstate", td_slice(""),
                                  tally->reinstated - before, err);
    if (status == TD_OK && !dry_run)
        status = td_commit(run->app->store, err);
    td_rollback(run->app->store);
    return status;
}

static void print_tally(struct td_run_context *run, struct tally *tally)
{
    bool dry_run = td_args_has(run->args, "dry-run");
    struct td_json *json = td_json_object();
    td_json_set_int(json, "reinstated", tally->reinstated);
    td_json_set_int(json, "unchanged", tally->unchanged);
    td_json_set_bool(json, "dry_run", dry_run);
    td_json_set_take(json, "people", tally->list);
    td_print_json_take(run->out, json);
    td_printf(run->out, "%lld %s.\n", (long long)tally->reinstated,
              dry_run ? "would be reinstated" : "reinstated");
}

enum td_status td_run_reinstate(struct td_run_context *run, struct td_err *err)
{
    struct people people = {0};
    struct tally tally = {.list = td_json_array()};
    const char *reason = td_args_get(run->args, "reason");
    enum td_status status = TD_OK;
    if (reason)
        status = td_want_words(run, "reason", "", &reason, err);
    if (status == TD_OK)
        status = td_app_store(run->app, err);
    if (status == TD_OK && td_is_lift(run)) {
        td_json_destroy(tally.list);
        return td_run_lift(run, err);
    }
    if (status == TD_OK)
        status = find_people(run, &people, err);
    for (size_t i = 0; status == TD_OK && i < people.ids.count; i += AT_ONCE)
        status = reinstate_some(run, &people, i, &tally, err);
    free(people.ids.items);
    if (status == TD_OK)
        print_tally(run, &tally);
    else
        td_json_destroy(tally.list);
    return status;
}

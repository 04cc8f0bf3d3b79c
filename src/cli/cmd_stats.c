/* `tidings queue stats`: how many messages are where, and by what. */
#include <stdlib.h>
#include <string.h>

#include "app/queue/selector.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/relay_health.h"

static enum td_status count_states(struct td_app *app, const struct td_selector *selector,
                                   int64_t totals[TD_STATE_COUNT], struct td_err *err)
{
    struct td_query *query = td_query(app->store, "queue_states");
    enum td_step step;
    td_selector_bind(selector, query);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        int64_t state = td_col_int(query, 0);
        if (state >= 0 && state < TD_STATE_COUNT)
            totals[state] = td_col_int(query, 1);
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* The relays behind the counts; a line for each that is in trouble, for it explains them. */
static enum td_status put_relays(struct td_run_context *run, struct td_json *json,
                                 struct td_err *err)
{
    const struct td_config *config = run->app->config;
    struct td_json *list = td_json_array();
    struct td_buf words;
    enum td_status status = TD_OK;
    td_buf_init(&words, 4096);
    for (size_t i = 0; i < config->relay_count && status == TD_OK; i++) {
        struct td_relay_seen seen;
        struct td_json *relay = td_json_object();
        status = td_relay_see(run->app, config->relays[i].name, &seen, err);
        td_relay_health_put(relay, config->relays[i].name, &seen);
        td_json_append_take(list, relay);
        if (seen.failures == 0)
            continue;
        td_buf_clear(&words);
        td_relay_seen_say(config->relays[i].name, &seen, &words);
        td_print_visible(run->out, td_buf_slice(&words));
        td_printf(run->out, "\n");
    }
    td_buf_release(&words);
    td_json_set_take(json, "relays", list);
    return status;
}

/* Ends what a command says with the relays; takes json. */
static enum td_status finish(struct td_run_context *run, struct td_json *json,
                             struct td_err *err)
{
    enum td_status status = put_relays(run, json, err);
    if (status == TD_OK)
        td_print_json_take(run->out, json);
    else
        td_json_destroy(json);
    return status;
}

/* --- by state --------------------------------------------------------------------------------- */

static enum td_status print_states(struct td_run_context *run,
                                   const struct td_selector *selector, struct td_err *err)
{
    int64_t counts[TD_STATE_COUNT] = {0};
    int64_t total = 0;
    enum td_status status = count_states(run->app, selector, counts, err);
    if (status != TD_OK)
        return status;
    struct td_json *states = td_json_object();
    for (int i = 0; i < TD_STATE_COUNT; i++) {
        const char *name = td_state_name((enum td_state)i);
        if (counts[i] == 0)
            continue;
        td_json_set_int(states, name, counts[i]);
        td_printf(run->out, "%-11s %10lld\n", name, (long long)counts[i]);
        total += counts[i];
    }
    struct td_json *json = td_json_object();
    td_json_set_take(json, "states", states);
    td_json_set_int(json, "messages", total);
    td_printf(run->out, "%-11s %10lld\n", "all", (long long)total);
    return finish(run, json, err);
}

/* --- by something else ------------------------------------------------------------------------ */

/* Messages that have something in common, by state. */
struct group {
    struct td_slice key; /* absent: none, as the relay of what was never tried */
    int64_t counts[TD_STATE_COUNT];
};

struct groups {
    const char *by;
    struct td_list_column columns[TD_STATE_COUNT + 2];
    size_t column_count;
    int64_t totals[TD_STATE_COUNT]; /* states without a message get no column */
    struct td_json *rows;
};

static void begin_groups(struct td_run_context *run, struct groups *groups)
{
    size_t n = 0;
    groups->columns[n++] = (struct td_list_column){groups->by, groups->by, TD_CELL_TEXT};
    for (int i = 0; i < TD_STATE_COUNT; i++)
        if (groups->totals[i] > 0) {
            const char *name = td_state_name((enum td_state)i);
            groups->columns[n++] = (struct td_list_column){name, name, TD_CELL_INT};
        }
    groups->columns[n++] = (struct td_list_column){"messages", "all", TD_CELL_INT};
    groups->column_count = n;
    if (run->json)
        groups->rows = td_json_array();
    else
        td_list_begin(run->out, groups->columns, n);
}

static void put_group(struct td_run_context *run, const struct groups *groups,
                      const struct group *group)
{
    struct td_json *json = td_json_object();
    int64_t sum = 0;
    int64_t variant;
    if (strcmp(groups->by, "variant") == 0 && td_slice_int64(group->key, &variant))
        td_json_set_int(json, groups->by, variant);
    else
        td_json_set_str(json, groups->by, group->key);
    if (!run->json)
        td_list_text(run->out, group->key.ptr ? group->key : td_slice("-"));
    for (int i = 0; i < TD_STATE_COUNT; i++) {
        if (groups->totals[i] == 0)
            continue;
        td_json_set_int(json, td_state_name((enum td_state)i), group->counts[i]);
        if (!run->json)
            td_list_int(run->out, group->counts[i]);
        sum += group->counts[i];
    }
    td_json_set_int(json, "messages", sum);
    if (run->json) {
        td_json_append_take(groups->rows, json);
        return;
    }
    td_list_int(run->out, sum);
    td_json_destroy(json);
}

/* The group of the row at hand as it is named; reasons stand in rows as numbers. */
static struct td_slice group_key(const char *by, struct td_query *query)
{
    int64_t reason;
    struct td_slice key = td_col_text(query, 0);
    if (strcmp(by, "reason") != 0 || !td_slice_int64(key, &reason))
        return key;
    const char *name = td_reason_name((enum td_reason)reason);
    return name[0] ? td_slice(name) : (struct td_slice){0};
}

/* Rows of queue_by: one for each state of a group, groups one after the other. */
static enum td_status read_groups(struct td_run_context *run, struct td_query *query,
                                  const struct groups *groups, struct td_err *err)
{
    struct group group = {0};
    char *key = NULL; /* of the group being read */
    bool any = false;
    enum td_step step;
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct td_slice next = group_key(groups->by, query);
        int64_t state = td_col_int(query, 1);
        if (any && !td_slice_eq(next, group.key))
            put_group(run, groups, &group);
        if (!any || !td_slice_eq(next, group.key)) {
            free(key);
            key = next.ptr ? td_xstrndup(next.ptr, next.len) : NULL;
            group = (struct group){.key = td_slice(key)};
            any = true;
        }
        if (state >= 0 && state < TD_STATE_COUNT)
            group.counts[state] = td_col_int(query, 2);
    }
    if (any && step == TD_STEP_DONE)
        put_group(run, groups, &group);
    free(key);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

static enum td_status print_groups(struct td_run_context *run,
                                   const struct td_selector *selector, const char *by,
                                   struct td_err *err)
{
    struct groups groups = {.by = by};
    enum td_status status = count_states(run->app, selector, groups.totals, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(run->app->store, "queue_by");
    td_selector_bind(selector, query);
    td_bind_cstr(query, "$by", by);
    begin_groups(run, &groups);
    status = read_groups(run, query, &groups, err);
    struct td_json *json = td_json_object();
    td_json_set_cstr(json, "by", by);
    if (run->json)
        td_json_set_take(json, "rows", groups.rows);
    else
        td_list_end(run->out);
    if (status == TD_OK)
        return finish(run, json, err);
    td_json_destroy(json);
    return status;
}

/* `--by state`: the same counts as rows, as every other --by has them. */
static enum td_status print_state_rows(struct td_run_context *run,
                                       const struct td_selector *selector,
                                       struct td_err *err)
{
    int64_t counts[TD_STATE_COUNT] = {0};
    if (!run->json)
        return print_states(run, selector, err);
    enum td_status status = count_states(run->app, selector, counts, err);
    if (status != TD_OK)
        return status;
    struct td_json *json = td_json_object();
    struct td_json *rows = td_json_array();
    for (int i = 0; i < TD_STATE_COUNT; i++) {
        if (counts[i] == 0)
            continue;
        struct td_json *row = td_json_object();
        td_json_set_cstr(row, "state", td_state_name((enum td_state)i));
        td_json_set_int(row, "messages", counts[i]);
        td_json_append_take(rows, row);
    }
    td_json_set_cstr(json, "by", "state");
    td_json_set_take(json, "rows", rows);
    return finish(run, json, err);
}

enum td_status td_cmd_queue_stats(struct td_run_context *run, struct td_err *err)
{
    static const char *const ways[] = {"reason", "domain", "relay", "variant"};
    struct td_selector selector;
    const char *by = td_args_get(run->args, "by");
    enum td_status status = td_selector_parse(run->app, run->args->operands,
                                              run->args->operand_count, &selector, err);
    if (status != TD_OK)
        return status;
    if (!by)
        return print_states(run, &selector, err);
    if (strcmp(by, "state") == 0)
        return print_state_rows(run, &selector, err);
    for (size_t i = 0; i < TD_ARRAY_LEN(ways); i++)
        if (strcmp(by, ways[i]) == 0)
            return print_groups(run, &selector, ways[i], err);
    return td_fail(err, TD_USAGE,
                   "--by %s: it is state, reason, domain, relay or variant", by);
}

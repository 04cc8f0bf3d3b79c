/* What binds a message that is due (why_limit.h). */
#include "app/inspect/why_limit.h"

#include "app/send/route.h"
#include "queue/grants.h"
#include "store/groups.h"

#define WINDOW_ONE 1000 /* relay_window.size of one message at a time */

struct look {
    struct td_app *app;
    td_time now;
    struct td_why_limit *out;
    struct td_buf *words;
};

/* Whether the relay is in trouble; then *again and *words tell of it. */
static enum td_status is_ill(struct look *look, const struct td_relay *relay, bool *ill,
                             struct td_err *err)
{
    struct td_query *query = td_query(look->app->store, "relay_seen");
    char since[32];
    char again[32];
    td_bind_cstr(query, "$name", relay->name);
    enum td_status status = td_one(query, err);
    *ill = status == TD_OK && td_col_int(query, 0) > 0;
    if (*ill) {
        td_time_format(td_col_int(query, 1), since);
        td_time_format(td_col_int(query, 2), again);
        look->out->again = td_col_int(query, 2);
        td_buf_addf(look->words, " Relay %s cannot be used since %s: ", relay->name,
                    since);
        td_buf_add_slice(look->words, td_col_text(query, 3));
        td_buf_addf(look->words, ". It is tried again at %s.", again);
    }
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

/* All relays for the group are in trouble. */
static enum td_status look_at_health(struct look *look, uint32_t routes,
                                     struct td_err *err)
{
    const struct td_config *config = look->app->config;
    size_t before = look->words->len;
    enum td_status status = TD_OK;
    bool ill = true;
    for (size_t i = 0; status == TD_OK && ill && i < config->relay_count; i++)
        if (routes >> i & 1)
            status = is_ill(look, &config->relays[i], &ill, err);
    if (status == TD_OK && ill)
        look->out->why = TD_WHY_RELAY;
    else
        look->words->len = before;
    return status;
}

static enum td_status look_at_window(struct look *look, int64_t group,
                                     struct td_slice name, struct td_err *err)
{
    struct td_query *query = td_query(look->app->store, "why_window");
    td_bind_int(query, "$group", group);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        look->out->why = TD_WHY_WINDOW;
        td_buf_add_str(look->words, " ");
        td_buf_add_slice(look->words, name);
        td_buf_addf(look->words, " gets at most %lld at a time by relay ",
                    (long long)(td_col_int(query, 1) / WINDOW_ONE));
        td_buf_add_slice(look->words, td_col_text(query, 0));
        td_buf_add_str(look->words, ", since it said: ");
        td_buf_add_slice(look->words, td_col_text(query, 2));
        td_buf_add_str(look->words, ".");
    }
    td_query_end(query);
    return status == TD_NOINPUT ? TD_OK : status;
}

static void say_rate(struct look *look, const struct td_relay *relay, int64_t used,
                     int64_t most, const char *span)
{
    look->out->why = TD_WHY_RATE;
    td_buf_addf(look->words, " Relay %s was given %lld of %lld messages in the last %s.",
                relay->name, (long long)used, (long long)most, span);
}

static enum td_status look_at_rates(struct look *look, uint32_t routes,
                                    struct td_err *err)
{
    const struct td_config *config = look->app->config;
    enum td_status status = TD_OK;
    for (size_t i = 0; status == TD_OK && i < config->relay_count; i++) {
        const struct td_relay *relay = &config->relays[i];
        struct td_relay_state state;
        struct td_use use;
        if (!(routes >> i & 1) || !td_relay_is_rated(relay))
            continue;
        status = td_relay_state_find(look->app->store, relay->name, &state, err);
        if (status == TD_NOINPUT) {
            status = TD_OK;
            continue;
        }
        if (status == TD_OK)
            status = td_use_read(look->app->store, state.id, look->now, &use, err);
        if (status != TD_OK)
            break;
        int64_t daily = td_relay_daily(relay, look->now);
        if (daily > 0 && use.day >= daily)
            say_rate(look, relay, use.day, daily, "24 hours");
        else if (relay->hourly > 0 && use.hour >= relay->hourly)
            say_rate(look, relay, use.hour, relay->hourly, "hour");
        else if (relay->rate > 0 && use.second >= relay->rate)
            say_rate(look, relay, use.second, relay->rate, "second");
    }
    return status;
}

enum td_status td_why_limit(struct td_app *app, int64_t group, td_time now,
                            struct td_why_limit *out, struct td_buf *words,
                            struct td_err *err)
{
    struct look look = {app, now, out, words};
    struct td_buf name;
    *out = (struct td_why_limit){.why = TD_WHY_TURN};
    td_buf_init(&name, 1024);
    enum td_status status = TD_OK;
    if (group > 0)
        status = td_store_domain_group_name(app->store, group, &name, err);
    if (status == TD_NOINPUT)
        status = TD_OK;
    uint32_t routes = td_route_of(app->config, td_buf_slice(&name));
    if (status == TD_OK)
        status = look_at_health(&look, routes, err);
    if (status == TD_OK && out->why == TD_WHY_TURN)
        status = look_at_rates(&look, routes, err);
    if (status == TD_OK && out->why == TD_WHY_TURN && name.len > 0)
        status = look_at_window(&look, group, td_buf_slice(&name), err);
    td_buf_release(&name);
    return status;
}

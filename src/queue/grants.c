/* Shares of the relays, as rows (grants.h). */
#include "queue/grants.h"

#include <stdio.h>

#define INSTANT      0
#define BY_MINUTE    60
#define SECOND_GUARD (TD_SECOND / 20) /* what a server sees may be that much later */

static enum td_status add_relay(struct td_store *store, const char *name,
                                struct td_relay_state *out, struct td_err *err)
{
    *out = (struct td_relay_state){0};
    struct td_query *query = td_query(store, "id_reserve");
    td_bind_cstr(query, "$kind", "relay");
    td_bind_int(query, "$count", 1);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        out->id = td_col_int(query, 0);
    td_query_end(query);
    if (status != TD_OK)
        return status;
    query = td_query(store, "relay_add");
    td_bind_int(query, "$id", out->id);
    td_bind_cstr(query, "$name", name);
    return td_run(query, err);
}

enum td_status td_relay_state_find(struct td_store *store, const char *name,
                                   struct td_relay_state *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "relay_find");
    td_bind_cstr(query, "$name", name);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        struct td_slice trouble = td_col_text(query, 7);
        *out = (struct td_relay_state){
            .id = td_col_int(query, 0),
            .failures = (int)td_col_int(query, 1),
            .since = td_col_int(query, 2),
            .failed = td_col_int(query, 3),
            .again = td_col_int(query, 4),
            .refuses = td_col_int(query, 5) != 0,
            .proven = td_col_int(query, 6),
            .blocked = td_col_int(query, 8),
        };
        (void)snprintf(out->trouble, sizeof out->trouble, "%.*s", (int)trouble.len,
                       trouble.ptr);
    }
    td_query_end(query);
    return status;
}

enum td_status td_relay_state_load(struct td_store *store, const char *name,
                                   struct td_relay_state *out, struct td_err *err)
{
    enum td_status status = td_relay_state_find(store, name, out, err);
    return status == TD_NOINPUT ? add_relay(store, name, out, err) : status;
}

enum td_status td_relay_state_save(struct td_store *store,
                                   const struct td_relay_state *state, struct td_err *err)
{
    struct td_query *query = td_query(store, "relay_set");
    td_bind_int(query, "$id", state->id);
    td_bind_int(query, "$failures", state->failures);
    td_bind_int(query, "$since", state->since);
    td_bind_int(query, "$failed", state->failed);
    td_bind_int(query, "$again", state->again);
    td_bind_int(query, "$refuses", state->refuses);
    td_bind_int(query, "$proven", state->proven);
    td_bind_cstr(query, "$trouble", state->trouble);
    return td_run(query, err);
}

enum td_status td_relay_state_blocked(struct td_store *store, int64_t edition,
                                      int verdict, td_time now, struct td_err *err)
{
    struct td_query *query = td_query(store, "relay_blocked");
    td_bind_int(query, "$edition", edition);
    td_bind_int(query, "$verdict", verdict);
    td_bind_int(query, "$now", now);
    return td_run(query, err);
}

enum td_status td_grant_others(struct td_store *store, int64_t relay, int64_t sender,
                               struct td_grant_others *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "grant_others");
    td_bind_int(query, "$relay", relay);
    td_bind_int(query, "$sender", sender);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = (struct td_grant_others){td_col_int(query, 0), td_col_int(query, 1),
                                        td_col_int(query, 2)};
    td_query_end(query);
    return status;
}

enum td_status td_grant_set(struct td_store *store, int64_t relay, int64_t sender,
                            const struct td_grant *grant, struct td_err *err)
{
    struct td_query *query = td_query(store, "grant_set");
    td_bind_int(query, "$relay", relay);
    td_bind_int(query, "$sender", sender);
    td_bind_int(query, "$sessions", grant->sessions);
    td_bind_int(query, "$tokens", grant->tokens);
    return td_run(query, err);
}

int64_t td_grant_share(int64_t limit, const struct td_grant_others *others)
{
    int64_t senders = others->senders > 0 ? others->senders : 1;
    int64_t share = (limit + senders - 1) / senders;
    int64_t left = limit - others->sessions;
    if (left < 0)
        left = 0;
    return share < left ? share : left;
}

static enum td_status add_use(struct td_store *store, int64_t relay, int span, td_time at,
                              int64_t messages, struct td_err *err)
{
    struct td_query *query = td_query(store, "use_add");
    td_bind_int(query, "$relay", relay);
    td_bind_int(query, "$span", span);
    td_bind_int(query, "$at", at);
    td_bind_int(query, "$messages", messages);
    return td_run(query, err);
}

static enum td_status forget(struct td_store *store, int64_t relay, int span,
                             td_time upto, struct td_err *err)
{
    struct td_query *query = td_query(store, "use_forget");
    td_bind_int(query, "$relay", relay);
    td_bind_int(query, "$span", span);
    td_bind_int(query, "$upto", upto);
    return td_run(query, err);
}

enum td_status td_use_add(struct td_store *store, int64_t relay, td_time now,
                          int64_t messages, struct td_err *err)
{
    enum td_status status = forget(store, relay, INSTANT, now - 2 * TD_SECOND, err);
    if (status == TD_OK)
        status = forget(store, relay, BY_MINUTE, now - TD_DAY - TD_HOUR, err);
    if (status == TD_OK)
        status = add_use(store, relay, INSTANT, now, messages, err);
    if (status == TD_OK)
        status = add_use(store, relay, BY_MINUTE, now - now % TD_MINUTE, messages, err);
    return status;
}

static enum td_status sum_use(struct td_store *store, int64_t relay, int span,
                              td_time since, int64_t *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "use_sum");
    td_bind_int(query, "$relay", relay);
    td_bind_int(query, "$span", span);
    td_bind_int(query, "$since", since);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = td_col_int(query, 0);
    td_query_end(query);
    return status;
}

/* A minute counts whole: an hour is up to sixty-one of them. */
enum td_status td_use_read(struct td_store *store, int64_t relay, td_time now,
                           struct td_use *out, struct td_err *err)
{
    *out = (struct td_use){0};
    enum td_status status =
        sum_use(store, relay, INSTANT, now - TD_SECOND - SECOND_GUARD, &out->second, err);
    if (status == TD_OK)
        status =
            sum_use(store, relay, BY_MINUTE, now - TD_HOUR - TD_MINUTE, &out->hour, err);
    if (status == TD_OK)
        status =
            sum_use(store, relay, BY_MINUTE, now - TD_DAY - TD_MINUTE, &out->day, err);
    return status;
}

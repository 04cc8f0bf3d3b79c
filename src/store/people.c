/*
 * people.c: ids, newsletters, choices, subscribers and their subscriptions.
 */
#include "store/people.h"

#include "store/driver.h"
#include "store/groups.h"

#define PREFS_IDS_MOST 1024 /* reserved at once */

const char *td_membership_name(enum td_membership status)
{
    switch (status) {
    case TD_PENDING: return "pending";
    case TD_ACTIVE: return "active";
    case TD_UNSUBSCRIBED: return "unsubscribed";
    case TD_SUSPENDED: return "suspended";
    }
    return "unknown";
}

enum td_status td_store_next_ids(struct td_store *store, const char *kind, int64_t count,
                                 int64_t *first, struct td_err *err)
{
    struct td_query *query = td_query(store, "id_reserve");

    td_bind_cstr(query, "$kind", kind);
    td_bind_int(query, "$count", count);
    enum td_status status = td_one(query, err);
    if (status == TD_NOINPUT)
        TD_PANIC(kind);
    if (status == TD_OK)
        *first = td_col_int(query, 0) - count + 1;
    td_query_end(query);
    return status;
}

/* Steps once and takes column 0 as an id; ends the query. TD_NOINPUT without a row. */
static enum td_status take_id(struct td_query *query, int64_t *id, struct td_err *err)
{
    enum td_status status = td_one(query, err);

    if (status == TD_OK)
        *id = td_col_int(query, 0);
    td_query_end(query);
    return status;
}

enum td_status td_store_newsletter_id(struct td_store *store, const char *name,
                                      int64_t *id, struct td_err *err)
{
    struct td_query *query = td_query(store, "newsletter_find");

    td_bind_cstr(query, "$name", name);
    enum td_status status = take_id(query, id, err);
    if (status != TD_NOINPUT)
        return status;
    status = td_store_next_ids(store, "newsletter", 1, id, err);
    if (status != TD_OK)
        return status;
    query = td_query(store, "newsletter_add");
    td_bind_int(query, "$id", *id);
    td_bind_cstr(query, "$name", name);
    return td_run(query, err);
}

/* The choice as one text, for the cache and the checksum. */
static void prefs_line(const struct td_prefs_row *prefs, struct td_buf *line)
{
    td_buf_addf(line, "%d %d %d ", (int)prefs->format, (int)prefs->cadence, prefs->at);
    td_buf_add_slice(line, prefs->zone);
    td_buf_add_char(line, ' ');
    td_buf_add_slice(line, prefs->topics);
}

/* A polynomial over the characters, which a migration can reckon in SQL too. Never change it. */
static int64_t checksum(struct td_slice line)
{
    int64_t sum = 0;

    for (size_t pos = 0; pos < line.len;)
        sum = (sum * 1000003 + td_utf8_next(line, &pos)) % 2147483647;
    return sum;
}

static struct td_query *prefs_query(struct td_store *store, const char *name,
                                    const struct td_prefs_row *prefs, int64_t sum)
{
    struct td_query *query = td_query(store, name);

    td_bind_text(query, "$topics", prefs->topics);
    td_bind_int(query, "$format", prefs->format);
    td_bind_int(query, "$cadence", prefs->cadence);
    td_bind_int(query, "$at", prefs->at);
    td_bind_text(query, "$zone", prefs->zone);
    td_bind_int(query, "$checksum", sum);
    return query;
}

/* A command makes one choice or two, an import one per row: each reservation is twice the last. */
static enum td_status next_prefs_id(struct td_store *store, int64_t *id,
                                    struct td_err *err)
{
    struct td_id_range *range = &store->prefs_ids;

    if (range->next == range->end) {
        int64_t count = range->last_count == 0 ? 1 : range->last_count * 2;
        range->last_count = count < PREFS_IDS_MOST ? count : PREFS_IDS_MOST;
        enum td_status status =
            td_store_next_ids(store, "prefs", range->last_count, &range->next, err);
        if (status != TD_OK)
            return status;
        range->end = range->next + range->last_count;
    }
    *id = range->next++;
    return TD_OK;
}

static enum td_status find_or_make_prefs(struct td_store *store,
                                         const struct td_prefs_row *prefs, int64_t sum,
                                         int64_t *id, struct td_err *err)
{
    enum td_status status =
        take_id(prefs_query(store, "prefs_find", prefs, sum), id, err);
    if (status != TD_NOINPUT)
        return status;
    status = next_prefs_id(store, id, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = prefs_query(store, "prefs_add", prefs, sum);
    td_bind_int(query, "$id", *id);
    return td_run(query, err);
}

enum td_status td_store_prefs_id(struct td_store *store, const struct td_prefs_row *prefs,
                                 int64_t *id, struct td_err *err)
{
    struct td_buf line;
    enum td_status status = TD_OK;

    td_buf_init(&line, TD_TOPICS_TEXT_MAX + TD_ZONE_NAME_MAX + 64);
    prefs_line(prefs, &line);
    struct td_slice key = td_buf_slice(&line);
    *id = td_id_cache_find(&store->prefs, key);
    if (*id == 0) {
        status = find_or_make_prefs(store, prefs, checksum(key), id, err);
        if (status == TD_OK && !td_buf_full(&line))
            td_id_cache_add(&store->prefs, key, *id);
    }
    td_buf_release(&line);
    return status;
}

enum td_status td_store_prefs_get(struct td_store *store, int64_t id,
                                  struct td_prefs_row *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "prefs_get");

    td_bind_int(query, "$id", id);
    enum td_status status = td_one(query, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_NOINPUT, "there is no choice %lld", (long long)id);
    if (status != TD_OK)
        return status;
    *out = (struct td_prefs_row){
        .topics = td_col_text(query, 0),
        .format = (enum td_format)td_col_int(query, 1),
        .cadence = (enum td_cadence)td_col_int(query, 2),
        .at = (int)td_col_int(query, 3),
        .zone = td_col_text(query, 4),
    };
    return TD_OK;
}

static void read_subscriber(struct td_query *query, struct td_subscriber_row *out)
{
    *out = (struct td_subscriber_row){
        .id = td_col_int(query, 0),
        .address = td_col_text(query, 1),
        .key = td_col_text(query, 2),
        .domain = td_col_text(query, 3),
        .name = td_col_text(query, 4),
        .hash = td_col_blob(query, 5),
        .created = td_col_int(query, 6),
    };
}

enum td_status td_store_subscriber_find(struct td_store *store, struct td_slice key,
                                        struct td_subscriber_row *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "subscriber_find");

    td_bind_text(query, "$key", key);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        read_subscriber(query, out);
    else if (status == TD_NOINPUT)
        (void)td_fail(err, TD_NOINPUT, "there is no subscriber %.*s", (int)key.len,
                      key.ptr);
    return status;
}

enum td_status td_store_subscriber_get(struct td_store *store, int64_t id,
                                       struct td_subscriber_row *out, struct td_err *err)
{
    struct td_query *query = td_query(store, "subscriber_get");

    td_bind_int(query, "$id", id);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        read_subscriber(query, out);
    else if (status == TD_NOINPUT)
        (void)td_fail(err, TD_NOINPUT, "there is no subscriber %lld", (long long)id);
    return status;
}

static void bind_subscriber(struct td_query *query, const struct td_subscriber_row *row,
                            int64_t group)
{
    td_bind_int(query, "$id", row->id);
    td_bind_int(query, "$group", group);
    td_bind_text(query, "$address", row->address);
    td_bind_text(query, "$key", row->key);
    td_bind_text(query, "$domain", row->domain);
    td_bind_text(query, "$name", row->name);
    td_bind_blob(query, "$hash", row->hash);
}

enum td_status td_store_subscriber_add(struct td_store *store,
                                       const struct td_subscriber_row *row, bool *added,
                                       struct td_err *err)
{
    int64_t group = 0;
    enum td_status status = td_store_domain_group(store, row->domain, &group, err);

    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "subscriber_add");
    bind_subscriber(query, row, group);
    td_bind_int(query, "$created", row->created);
    status = td_run(query, err);
    *added = status == TD_OK && td_changes(store) == 1;
    return status;
}

/* Runs an UPDATE of one row; `what` names it when it is not there. */
static enum td_status change_one(struct td_store *store, struct td_query *query,
                                 const char *what, struct td_err *err)
{
    enum td_status status = td_run(query, err);

    if (status == TD_OK && td_changes(store) == 0)
        return td_fail(err, TD_NOINPUT, "there is no such %s", what);
    return status;
}

enum td_status td_store_subscriber_set(struct td_store *store,
                                       const struct td_subscriber_row *row,
                                       struct td_err *err)
{
    int64_t group = 0;
    enum td_status status = td_store_domain_group(store, row->domain, &group, err);

    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "subscriber_set");
    bind_subscriber(query, row, group);
    return change_one(store, query, "subscriber", err);
}

enum td_status td_store_subscription_find(struct td_store *store, int64_t newsletter,
                                          int64_t subscriber,
                                          struct td_subscription_row *out,
                                          struct td_err *err)
{
    struct td_query *query = td_query(store, "subscription_find");

    td_bind_int(query, "$newsletter", newsletter);
    td_bind_int(query, "$subscriber", subscriber);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = (struct td_subscription_row){
            .newsletter = newsletter,
            .subscriber = subscriber,
            .status = (enum td_membership)td_col_int(query, 0),
            .prefs = td_col_int(query, 1),
            .changed = td_col_int(query, 2),
            .paused_until = td_col_int(query, 3),
        };
    td_query_end(query);
    return status;
}

static void bind_subscription(struct td_query *query,
                              const struct td_subscription_row *row)
{
    td_bind_int(query, "$newsletter", row->newsletter);
    td_bind_int(query, "$subscriber", row->subscriber);
    td_bind_int(query, "$status", row->status);
    td_bind_int(query, "$prefs", row->prefs);
    td_bind_int(query, "$changed", row->changed);
    td_bind_int(query, "$paused_until", row->paused_until);
}

enum td_status td_store_subscription_add(struct td_store *store,
                                         const struct td_subscription_row *row,
                                         bool *added, struct td_err *err)
{
    struct td_query *query = td_query(store, "subscription_add");

    bind_subscription(query, row);
    enum td_status status = td_run(query, err);
    *added = status == TD_OK && td_changes(store) == 1;
    return status;
}

enum td_status td_store_subscription_set(struct td_store *store,
                                         const struct td_subscription_row *row,
                                         struct td_err *err)
{
    struct td_query *query = td_query(store, "subscription_set");

    bind_subscription(query, row);
    return change_one(store, query, "subscription", err);
}

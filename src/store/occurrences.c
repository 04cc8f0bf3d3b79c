/* What became of the days of a schedule, as rows (occurrences.h). */
#include "store/occurrences.h"

const char *td_outcome_name(enum td_outcome outcome)
{
    switch (outcome) {
    case TD_OUTCOME_ASSEMBLED: return "assembled";
    case TD_OUTCOME_HELD: return "held";
    case TD_OUTCOME_SKIPPED: return "skipped";
    case TD_OUTCOME_MISSED: return "missed";
    }
    TD_PANIC("unknown outcome");
}

enum td_status td_store_occurrence_find(struct td_store *store, int64_t newsletter,
                                        const char *slug, struct td_occurrence *out,
                                        struct td_err *err)
{
    struct td_query *query = td_query(store, "occurrence_find");
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_cstr(query, "$slug", slug);
    enum td_status status = td_one(query, err);
    if (status == TD_OK)
        *out = (struct td_occurrence){
            .newsletter = newsletter,
            .slug = slug,
            .outcome = (enum td_outcome)td_col_int(query, 0),
            .at = td_col_int(query, 1),
            .changed = td_col_int(query, 2) != 0,
            .overdue = td_col_int(query, 3) != 0,
        };
    td_query_end(query);
    return status;
}

enum td_status td_store_occurrence_add(struct td_store *store,
                                       const struct td_occurrence *occurrence,
                                       bool *first, struct td_err *err)
{
    struct td_query *query = td_query(store, "occurrence_add");
    td_bind_int(query, "$newsletter", occurrence->newsletter);
    td_bind_cstr(query, "$slug", occurrence->slug);
    td_bind_int(query, "$outcome", (int64_t)occurrence->outcome);
    td_bind_int(query, "$at", occurrence->at);
    td_bind_text(query, "$why", occurrence->why.ptr ? occurrence->why : td_slice(""));
    enum td_status status = td_run(query, err);
    *first = status == TD_OK && td_changes(store) > 0;
    return status;
}

static enum td_status mark(struct td_store *store, const char *statement,
                           int64_t newsletter, const char *slug, bool *first,
                           struct td_err *err)
{
    struct td_query *query = td_query(store, statement);
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_cstr(query, "$slug", slug);
    enum td_status status = td_run(query, err);
    *first = status == TD_OK && td_changes(store) > 0;
    return status;
}

enum td_status td_store_occurrence_changed(struct td_store *store, int64_t newsletter,
                                           const char *slug, bool *first,
                                           struct td_err *err)
{
    return mark(store, "occurrence_changed", newsletter, slug, first, err);
}

enum td_status td_store_occurrence_overdue(struct td_store *store, int64_t newsletter,
                                           const char *slug, bool *first,
                                           struct td_err *err)
{
    return mark(store, "occurrence_overdue", newsletter, slug, first, err);
}

enum td_status td_store_occurrence_anew(struct td_store *store, int64_t edition,
                                        struct td_slice slug, struct td_err *err)
{
    struct td_query *query = td_query(store, "occurrence_anew");
    td_bind_int(query, "$edition", edition);
    td_bind_text(query, "$slug", slug);
    return td_run(query, err);
}

enum td_status td_store_scheduled(struct td_store *store, const char *name,
                                  int64_t *newsletter, td_time *since, struct td_err *err)
{
    struct td_query *query = td_query(store, "scheduled_find");
    td_bind_cstr(query, "$name", name);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        *newsletter = td_col_int(query, 0);
        *since = td_col_int(query, 1);
    }
    td_query_end(query);
    return status;
}

enum td_status td_store_schedule(struct td_store *store, int64_t newsletter, td_time now,
                                 struct td_err *err)
{
    struct td_query *query = td_query(store, "scheduled_add");
    td_bind_int(query, "$newsletter", newsletter);
    td_bind_int(query, "$now", now);
    return td_run(query, err);
}

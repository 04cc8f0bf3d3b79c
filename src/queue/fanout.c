/* One message row per active subscriber, in slices (fanout.h). */
#include "queue/fanout.h"

#include <stdlib.h>

#include "base/mem.h"

/* A slice begins small and is doubled or halved towards this duration of its transaction. */
#define SLICE_WANTED (150 * (TD_SECOND / 1000))
#define SLICE_LONG   (250 * (TD_SECOND / 1000))
#define SLICE_FIRST  2000
#define SLICE_LEAST  100
#define SLICE_MOST   200000

/* The statements of each kind; supersede NULL: nothing is. */
static const struct statements {
    const char *supersede;
    const char *missing;
    const char *slice;
} statements[] = {
    [TD_FANOUT_ISSUE] = {NULL, "fanout_missing", "fanout_slice"},
    [TD_FANOUT_CORRECTION] = {NULL, "correction_missing", "correction_slice"},
    [TD_FANOUT_DIGEST] = {"digest_supersede", "digest_missing", "digest_slice"},
    [TD_FANOUT_ALERT] = {NULL, "fanout_missing", "alert_slice"},
};

struct slice {
    int64_t after; /* subscribers above this … */
    int64_t upto;  /* … and up to this */
    int64_t size;  /* how many subscriptions that is to be */
    td_time took;  /* its transaction */
};

/* The last subscriber done, as the edition remembers it. */
static enum td_status read_cursor(struct td_store *store, const struct td_fanout *fanout,
                                  int64_t *after, struct td_err *err)
{
    struct td_query *query = td_query(store, "edition_fanned");
    td_bind_int(query, "$edition", fanout->edition);
    enum td_status status = td_one(query, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_SOFTWARE, "edition %lld is gone",
                       (long long)fanout->edition);
    if (status == TD_OK)
        *after = td_col_int(query, 0);
    td_query_end(query);
    return status;
}

/* Finds where a slice of that size ends; false in *any when nobody is left. */
static enum td_status bound_slice(struct td_store *store, const struct td_fanout *fanout,
                                  struct slice *slice, bool *any, struct td_err *err)
{
    struct td_query *query = td_query(store, "fanout_bound");
    td_bind_int(query, "$newsletter", fanout->newsletter);
    td_bind_int(query, "$after", slice->after);
    td_bind_int(query, "$size", slice->size);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        *any = !td_col_is_null(query, 0);
        slice->upto = td_col_int(query, 0);
    }
    td_query_end(query);
    return status;
}

/* A statement about the readers of the slice; an issue is of a newsletter, a digest knows its own. */
static struct td_query *query_slice(struct td_store *store, const char *name,
                                    const struct td_fanout *fanout,
                                    const struct slice *slice)
{
    struct td_query *query = td_query(store, name);
    td_bind_int(query, "$edition", fanout->edition);
    td_bind_int(query, "$after", slice->after);
    td_bind_int(query, "$upto", slice->upto);
    return query;
}

/* Choices in the slice that lead nowhere yet; *choices is the caller's (free). */
static enum td_status missing_choices(struct td_store *store,
                                      const struct td_fanout *fanout,
                                      const struct slice *slice,
                                      struct td_choice **choices, size_t *count,
                                      struct td_err *err)
{
    struct td_query *query =
        query_slice(store, statements[fanout->kind].missing, fanout, slice);
    size_t cap = 0;
    enum td_step step;
    *choices = NULL;
    *count = 0;
    if (fanout->kind != TD_FANOUT_DIGEST)
        td_bind_int(query, "$newsletter", fanout->newsletter);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        *choices = td_vec_grow(*choices, &cap, *count + 1, sizeof **choices);
        (*choices)[(*count)++] = (struct td_choice){
            .prefs = td_col_int(query, 0),
            .since = td_col_int(query, 1),
            .alerts = td_col_int(query, 2),
        };
    }
    return step == TD_STEP_DONE ? TD_OK : err->status;
}

/* The rows of a slice and the cursor behind it, inside the caller's transaction. */
static enum td_status write_slice(struct td_store *store, const struct td_fanout *fanout,
                                  const struct slice *slice, struct td_err *err)
{
    struct td_query *insert =
        query_slice(store, statements[fanout->kind].slice, fanout, slice);
    if (fanout->kind == TD_FANOUT_ISSUE || fanout->kind == TD_FANOUT_CORRECTION)
        td_bind_int(insert, "$newsletter", fanout->newsletter);
    if (fanout->kind == TD_FANOUT_DIGEST)
        td_bind_int(insert, "$now", td_clock_now(fanout->clock) / TD_SECOND);
    enum td_status status = td_run(insert, err);
    if (status != TD_OK)
        return status;
    struct td_query *cursor = td_query(store, "edition_fanned_set");
    td_bind_int(cursor, "$edition", fanout->edition);
    td_bind_int(cursor, "$upto", slice->upto);
    return td_run(cursor, err);
}

/* What the readers of the slice have not got yet of what is in this edition too. */
static enum td_status supersede(struct td_store *store, const struct td_fanout *fanout,
                                const struct slice *slice, struct td_err *err)
{
    const char *name = statements[fanout->kind].supersede;
    return name ? td_run(query_slice(store, name, fanout, slice), err) : TD_OK;
}

/*
 * One slice in one transaction. When it meets choices without a selection nothing is written:
 * they are made outside the transaction (rendering takes time) and the slice is tried again.
 */
static enum td_status try_slice(struct td_store *store, const struct td_fanout *fanout,
                                struct slice *slice, struct td_err *err)
{
    for (;;) {
        struct td_choice *choices = NULL;
        size_t count = 0;
        const td_time started = td_clock_monotonic(fanout->clock);
        enum td_status status = td_begin(store, err);
        if (status != TD_OK)
            return status;
        status = supersede(store, fanout, slice, err);
        if (status == TD_OK)
            status = missing_choices(store, fanout, slice, &choices, &count, err);
        if (status == TD_OK && count == 0)
            status = write_slice(store, fanout, slice, err);
        if (status == TD_OK && count == 0)
            status = td_commit(store, err);
        td_rollback(store);
        slice->took = td_clock_monotonic(fanout->clock) - started;
        if (status == TD_OK && count == 0)
            return TD_OK;
        if (status == TD_OK)
            status = fanout->choose(fanout->context, choices, count, err);
        free(choices);
        if (status != TD_OK)
            return status;
    }
}

static int64_t next_size(int64_t size, td_time took)
{
    if (took > SLICE_LONG)
        size /= 2;
    else if (took < SLICE_WANTED / 2)
        size *= 2;
    return size < SLICE_LEAST ? SLICE_LEAST : size > SLICE_MOST ? SLICE_MOST : size;
}

enum td_status td_fanout_run(struct td_store *store, const struct td_fanout *fanout,
                             struct td_err *err)
{
    struct slice slice = {.size = SLICE_FIRST};
    int64_t done = 0;
    enum td_status status = read_cursor(store, fanout, &slice.after, err);
    while (status == TD_OK) {
        bool any = false;
        status = bound_slice(store, fanout, &slice, &any, err);
        if (status != TD_OK || !any)
            break;
        status = try_slice(store, fanout, &slice, err);
        done += slice.size;
        if (status == TD_OK && fanout->progress)
            fanout->progress(fanout->context, done);
        slice.after = slice.upto;
        slice.size = next_size(slice.size, slice.took);
    }
    return status;
}

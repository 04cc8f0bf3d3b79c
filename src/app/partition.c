/* Choices become variants (partition.h). */
#include "app/partition.h"

#include "store/deflate.h"
#include "store/editions.h"
#include "store/people.h"

#define PACKED_MAX (16 * 1024 * 1024)

static int64_t count_parts(const struct td_partition *partition,
                           const struct td_selection *selection)
{
    int64_t shown = 0;
    for (size_t i = 0; i < td_press_edition(partition->press)->part_count; i++)
        shown += td_selection_has(selection, i);
    return shown;
}

/* Renders and stores the selection's variant; *id is its number. */
static enum td_status print_variant(const struct td_partition *partition,
                                    const struct td_selection *selection, const char *key,
                                    int64_t *id, struct td_err *err)
{
    struct td_store *store = partition->app->store;
    struct td_variant variant;
    struct td_buf packed;
    struct td_buf deflated;
    enum td_status status = td_press_print(partition->press, selection, &variant, err);
    if (status != TD_OK)
        return status;
    td_buf_init(&packed, PACKED_MAX);
    td_buf_init(&deflated, PACKED_MAX);
    td_variant_pack(&variant, &packed);
    td_deflate(td_buf_slice(&packed), &deflated);
    struct td_variant_row row = {
        .edition = partition->edition,
        .selection = key,
        .format = selection->format,
        .parts = count_parts(partition, selection),
        .size = (int64_t)variant.bytes.len,
        .body = td_buf_slice(&deflated),
    };
    if (td_buf_full(&packed) || td_buf_full(&deflated))
        status = td_fail(err, TD_DATA, "a mail of this edition is larger than %d MB",
                         PACKED_MAX / 1024 / 1024);
    if (status == TD_OK)
        status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_variant_add(store, &row, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    *id = row.id;
    td_buf_release(&deflated);
    td_buf_release(&packed);
    td_variant_release(&variant);
    return status;
}

/* The variant of the selection, printed when nobody wanted it before. */
static enum td_status want_variant(const struct td_partition *partition,
                                   const struct td_selection *selection, int64_t *id,
                                   struct td_err *err)
{
    char key[40];
    td_selection_key(selection, key);
    enum td_status status =
        td_store_variant_find(partition->app->store, partition->edition, key, id, err);
    if (status == TD_NOINPUT)
        status = print_variant(partition, selection, key, id, err);
    return status;
}

/* Fills where a choice leads; the selection says what its readers see. */
static enum td_status plan_choice(const struct td_partition *partition, int64_t prefs,
                                  struct td_selection_row *row,
                                  struct td_selection *selection, struct td_err *err)
{
    struct td_prefs_row choice;
    const struct td_zone *zone = NULL;
    enum td_status status =
        td_store_prefs_get(partition->app->store, prefs, &choice, err);
    if (status != TD_OK)
        return status;
    td_press_select(partition->press, choice.topics, choice.format, selection);
    *row = (struct td_selection_row){.edition = partition->edition, .prefs = prefs};
    if (selection->empty)
        row->reason = TD_REASON_NO_SECTION;
    status = td_zones_get(td_app_zones(partition->app),
                          choice.zone.len > 0 ? choice.zone : td_slice(partition->zone),
                          &zone, err);
    if (status == TD_OK)
        row->due = td_due_at(zone, choice.at, partition->release);
    td_query_end(td_query(partition->app->store, "prefs_get"));
    return status;
}

static enum td_status choose_one(const struct td_partition *partition, int64_t prefs,
                                 struct td_err *err)
{
    struct td_store *store = partition->app->store;
    struct td_selection_row row;
    struct td_selection selection;
    enum td_status status = plan_choice(partition, prefs, &row, &selection, err);
    if (status == TD_OK && !selection.empty)
        status = want_variant(partition, &selection, &row.variant, err);
    if (status == TD_OK)
        status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_selection_add(store, &row, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

enum td_status td_partition_choose(const struct td_partition *partition,
                                   const int64_t *prefs, size_t count, struct td_err *err)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; i < count && status == TD_OK; i++)
        status = choose_one(partition, prefs[i], err);
    return status;
}

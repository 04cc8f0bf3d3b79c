/* Choices become variants (partition.h). */
#include "app/press/partition.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/deflate.h"
#include "store/editions.h"
#include "store/people.h"

#define PACKED_MAX      (16 * 1024 * 1024)
#define CHOICES_AT_ONCE 5000 /* selections in one transaction: well under 250 ms */

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
    struct td_printed *printed = td_press_printed(partition->press);
    char key[40];
    *id = td_printed_find(printed, selection);
    if (*id != 0)
        return TD_OK;
    td_selection_key(selection, key);
    enum td_status status =
        td_store_variant_find(partition->app->store, partition->edition, key, id, err);
    if (status == TD_NOINPUT)
        status = print_variant(partition, selection, key, id, err);
    if (status == TD_OK)
        td_printed_keep(printed, selection, *id);
    return status;
}

/* Whether those who chose this asked for urgent entries at once. */
static bool asks_alerts(const struct td_newsletter *newsletter, uint64_t wanted)
{
    const int topic = newsletter->alerts
                          ? td_newsletter_topic(newsletter, td_slice(newsletter->alerts))
                          : -1;
    return topic >= 0 && (wanted >> topic & 1) != 0;
}

/* What a reader of a live blog sees of this edition. absent: they are no reader of it at all. */
static void select_entries(const struct td_partition *partition,
                           const struct td_choice *choice,
                           const struct td_prefs_row *prefs, struct td_selection_row *row,
                           struct td_selection *selection)
{
    const struct td_edition *edition = td_press_edition(partition->press);
    const struct td_digest *digest = partition->digest;
    const uint64_t wanted = td_topics_mask(prefs->topics, edition->newsletter);
    const bool alert = digest->kind == TD_DIGEST_ALERT;
    struct td_cut cut = {
        .seqs = digest->seqs,
        .since = alert ? digest->cutoff - 1 : choice->since,
        .upto = digest->cutoff,
        .bits = digest->bits,
        .reached = choice->alerts,
        .asks = asks_alerts(edition->newsletter, wanted),
    };
    td_selection_cut(edition, wanted, prefs->format, &cut, selection);
    row->absent = alert && !cut.asks;
}

/* Fills where a choice leads; the selection says what its readers see. */
static enum td_status plan_choice(const struct td_partition *partition,
                                  const struct td_choice *choice,
                                  struct td_selection_row *row,
                                  struct td_selection *selection, struct td_err *err)
{
    struct td_prefs_row prefs;
    const struct td_zone *zone = NULL;
    enum td_status status =
        td_store_prefs_get(partition->app->store, choice->prefs, &prefs, err);
    if (status != TD_OK)
        return status;
    *row = (struct td_selection_row){.edition = partition->edition,
                                     .prefs = choice->prefs,
                                     .since = choice->since,
                                     .alerts = choice->alerts};
    if (partition->digest)
        select_entries(partition, choice, &prefs, row, selection);
    else
        td_press_select(partition->press, prefs.topics, prefs.format, selection);
    if (selection->empty)
        row->reason = TD_REASON_NO_SECTION;
    status = td_zones_get_own(td_app_zones(partition->app), prefs.zone, partition->zone,
                              &zone, err);
    bool at_once = partition->digest && partition->digest->kind == TD_DIGEST_ALERT;
    if (status == TD_OK)
        row->due = td_due_at(zone, at_once ? -1 : prefs.at, partition->release);
    td_query_end(td_query(partition->app->store, "prefs_get"));
    return status;
}

/* Choices that are led to their variants together. */
struct lot {
    struct td_selection_row rows[CHOICES_AT_ONCE];
    struct td_selection selections[CHOICES_AT_ONCE];
    size_t count;
};

/* All that is read of the store for the lot, in one view of it. */
static enum td_status plan_lot(const struct td_partition *partition,
                               const struct td_choice *choices, struct lot *lot,
                               struct td_err *err)
{
    struct td_store *store = partition->app->store;
    enum td_status status = td_begin_read(store, err);
    for (size_t i = 0; i < lot->count && status == TD_OK; i++)
        status =
            plan_choice(partition, &choices[i], &lot->rows[i], &lot->selections[i], err);
    td_end_read(store);
    return status;
}

static enum td_status print_lot(const struct td_partition *partition, struct lot *lot,
                                struct td_err *err)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; i < lot->count && status == TD_OK; i++)
        if (!lot->selections[i].empty && !lot->rows[i].absent)
            status =
                want_variant(partition, &lot->selections[i], &lot->rows[i].variant, err);
    return status;
}

static enum td_status store_lot(struct td_store *store, const struct lot *lot,
                                struct td_err *err)
{
    enum td_status status = td_begin(store, err);
    for (size_t i = 0; i < lot->count && status == TD_OK; i++)
        status = td_store_selection_add(store, &lot->rows[i], err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

enum td_status td_partition_choose(const struct td_partition *partition,
                                   const struct td_choice *choices, size_t count,
                                   struct td_err *err)
{
    struct lot *lot = td_xcalloc(1, sizeof *lot);
    enum td_status status = TD_OK;
    for (size_t done = 0; done < count && status == TD_OK; done += lot->count) {
        lot->count = count - done < CHOICES_AT_ONCE ? count - done : CHOICES_AT_ONCE;
        status = plan_lot(partition, &choices[done], lot, err);
        if (status == TD_OK)
            status = print_lot(partition, lot, err);
        if (status == TD_OK)
            status = store_lot(partition->app->store, lot, err);
    }
    free(lot);
    return status;
}

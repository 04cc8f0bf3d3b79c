/* The messages of an edition of a live blog (live.h). */
#include <stdlib.h>

#include "app/press/frozen.h"
#include "app/assemble/live.h"
#include "app/press/partition.h"
#include "base/log.h"
#include "base/mem.h"
#include "queue/fanout.h"

/* What is needed to queue one edition. */
struct queueing {
    struct td_app *app;
    struct td_frozen frozen;
    struct td_digest digest;
    struct td_partition partition;
    int64_t newsletter;
    td_time planned; /* 0: when it was released */
    int64_t *seqs;   /* of the parts; owned, as bits */
    int64_t *bits;
};

/* "12 11 10": the numbers of the parts as they were when the edition was made. */
static enum td_status read_seqs(struct td_slice text, size_t count, int64_t *out,
                                struct td_err *err)
{
    struct td_slice word;
    size_t n = 0;
    while (td_slice_token(&text, " ", &word))
        if (n == count || !td_slice_int64(word, &out[n++]))
            return td_fail(err, TD_SOFTWARE, "the numbers of a digest are damaged");
    return n == count ? TD_OK
                      : td_fail(err, TD_SOFTWARE, "the numbers of a digest are short");
}

static enum td_status read_alerts(struct queueing *queueing, const char *slug,
                                  const struct td_digest_row *row, size_t part_count,
                                  struct td_err *err)
{
    const struct td_blog blog = {row->newsletter, slug};
    struct td_alerted alerts[TD_ALERTS_MAX];
    size_t count = 0;
    enum td_status status =
        td_store_alerts(queueing->app->store, &blog, row->edition, alerts, &count, err);
    for (size_t i = 0; i < part_count; i++) {
        if (row->kind == TD_DIGEST_ALERT && queueing->seqs[i] == row->cutoff)
            queueing->bits[i] = row->bit;
        for (size_t k = 0; k < count; k++)
            if (alerts[k].seq == queueing->seqs[i])
                queueing->bits[i] = alerts[k].bit;
    }
    return status;
}

static enum td_status read_digest(struct queueing *queueing, int64_t edition,
                                  struct td_err *err)
{
    struct td_store *store = queueing->app->store;
    size_t parts = td_press_edition(queueing->frozen.press)->part_count;
    struct td_digest_row row;
    enum td_status status = td_store_digest_get(store, edition, &row, err);
    if (status == TD_NOINPUT)
        return td_fail(err, TD_SOFTWARE, "edition %lld is no digest", (long long)edition);
    if (status != TD_OK)
        return status;
    queueing->newsletter = row.newsletter;
    queueing->planned = row.planned;
    queueing->seqs = td_xcalloc(parts + 1, sizeof *queueing->seqs);
    queueing->bits = td_xcalloc(parts + 1, sizeof *queueing->bits);
    queueing->digest = (struct td_digest){
        .kind = row.kind,
        .cutoff = row.cutoff,
        .seqs = queueing->seqs,
        .bits = queueing->bits,
    };
    char *slug = td_xstrndup(row.blog.ptr, row.blog.len);
    status = read_seqs(row.seqs, parts, queueing->seqs, err);
    td_query_end(td_query(store, "digest_get"));
    if (status == TD_OK)
        status = read_alerts(queueing, slug, &row, parts, err);
    free(slug);
    return status;
}

static enum td_status prepare(struct queueing *queueing, int64_t edition,
                              struct td_err *err)
{
    struct td_edition_row row;
    enum td_status status =
        td_frozen_open(queueing->app, edition, &queueing->frozen, err);
    if (status != TD_OK)
        return status;
    status = read_digest(queueing, edition, err);
    if (status == TD_OK)
        status = td_store_edition_get(queueing->app->store, edition, &row, err);
    if (status == TD_OK)
        queueing->partition = (struct td_partition){
            .app = queueing->app,
            .press = queueing->frozen.press,
            .edition = edition,
            .release = {.planned =
                            queueing->planned != 0 ? queueing->planned : row.released,
                        .released = row.released},
            .zone = queueing->frozen.newsletter->zone,
            .digest = &queueing->digest,
        };
    td_query_end(td_query(queueing->app->store, "edition_get"));
    return status;
}

static enum td_status choose(void *context, const struct td_choice *choices, size_t count,
                             struct td_err *err)
{
    struct queueing *queueing = context;
    return td_partition_choose(&queueing->partition, choices, count, err);
}

static enum td_status fan_out(struct queueing *queueing, int64_t edition,
                              struct td_err *err)
{
    struct td_store *store = queueing->app->store;
    struct td_fanout fanout = {
        .kind =
            queueing->digest.kind == TD_DIGEST_ALERT ? TD_FANOUT_ALERT : TD_FANOUT_DIGEST,
        .edition = edition,
        .newsletter = queueing->newsletter,
        .clock = &queueing->app->clock,
        .choose = choose,
        .context = queueing,
    };
    enum td_status status = td_fanout_run(store, &fanout, err);
    if (status == TD_OK)
        status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_edition_open(store, edition, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

enum td_status td_live_queue(struct td_app *app, int64_t edition, struct td_err *err)
{
    struct queueing queueing = {.app = app};
    enum td_status status = prepare(&queueing, edition, err);
    if (status == TD_OK)
        status = fan_out(&queueing, edition, err);
    if (status == TD_OK)
        td_log(TD_INFO, "assembled", "edition=%lld newsletter=%s slug=%s",
               (long long)edition, queueing.frozen.newsletter->name,
               queueing.frozen.slug);
    td_frozen_close(&queueing.frozen);
    free(queueing.seqs);
    free(queueing.bits);
    return status;
}

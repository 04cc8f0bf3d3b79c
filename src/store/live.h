/*
 * live.h: what the store knows of live blogs: entries by number, and the digests and alerts made of
 * them. How far a reader has been served is not stored: the ledger says it (view digest_reader).
 *
 * A blog is named by its newsletter and its day's slug. All that write are called inside a transaction
 * (td_begin).
 */
#ifndef TD_STORE_LIVE_H
#define TD_STORE_LIVE_H

#include "base/date.h"
#include "model/live.h"
#include "store/store.h"

struct td_blog {
    int64_t newsletter;
    const char *slug;
};

/* Its entries by seq; *out is the caller's (free), NULL when there are none. */
enum td_status td_store_entries(struct td_store *store, const struct td_blog *blog,
                                struct td_numbered **out, size_t *count,
                                struct td_err *err);

/* Adds an entry, or keeps its new words. */
enum td_status td_store_entry_set(struct td_store *store, const struct td_blog *blog,
                                  const struct td_numbered *entry, td_time now,
                                  struct td_err *err);

struct td_digest_row {
    int64_t edition;
    int64_t newsletter;
    struct td_slice blog; /* its slug */
    enum td_digest_kind kind;
    int64_t cutoff;       /* entries up to this one are in it; of an alert: the one */
    int64_t bit;          /* of an alert; else 0 */
    struct td_slice seqs; /* of the edition's parts, in order, apart by spaces */
    td_time planned;      /* the hour it is of; 0: when it was released */
};
enum td_status td_store_digest_add(struct td_store *store,
                                   const struct td_digest_row *row, struct td_err *err);

/* TD_NOINPUT (err left alone) for an edition that is none. Slices die with the next use. */
enum td_status td_store_digest_get(struct td_store *store, int64_t edition,
                                   struct td_digest_row *out, struct td_err *err);

/* How far the blog's digests go (0: none yet), and all bits of its alerts. */
enum td_status td_store_digest_state(struct td_store *store, const struct td_blog *blog,
                                     int64_t *cutoff, int64_t *bits, struct td_err *err);

/* The blog's alerts made before that edition; at most TD_ALERTS_MAX. */
enum td_status td_store_alerts(struct td_store *store, const struct td_blog *blog,
                               int64_t before, struct td_alerted out[TD_ALERTS_MAX],
                               size_t *count, struct td_err *err);

/* The newsletter's oldest digest or alert whose fan-out is not complete; 0: none. */
enum td_status td_store_digest_building(struct td_store *store, int64_t newsletter,
                                        int64_t *edition, struct td_err *err);

/* Whether an alert of the blog made since then is still on its way to somebody at the first try. */
enum td_status td_store_alerts_pending(struct td_store *store, const struct td_blog *blog,
                                       td_time since, bool *pending, struct td_err *err);

#endif

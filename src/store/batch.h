/*
 * batch.h: what a batch (an import, a sync, a signup file) changed, so that it can be taken back.
 *
 * Whom a batch added stands in the consent ledger; how things were before it changed them is kept
 * here, once for each thing: what the batch itself did before is not "before".
 * All that write are called inside a transaction (td_begin).
 */
#ifndef TD_STORE_BATCH_H
#define TD_STORE_BATCH_H

#include "store/people.h"

/* Keeps how a subscription stands, before the batch changes it and writes its consent line. */
enum td_status td_store_batch_change(struct td_store *store, int64_t batch,
                                     const struct td_subscription_row *before,
                                     struct td_err *err);

/* Keeps the name a person had before the batch gave another. */
struct td_renaming {
    int64_t batch;
    int64_t subscriber;
    struct td_slice before, after;
};
enum td_status td_store_batch_name(struct td_store *store, const struct td_renaming *row,
                                   struct td_err *err);

/* A batch as it is stored. Slices die with the next get. */
struct td_batch {
    int64_t id;
    int64_t newsletter; /* 0: several */
    struct td_slice how, source, file;
    td_time started, finished, undone; /* 0: not */
    int64_t rows, added, updated, refused, report;
};
/* TD_NOINPUT (err is filled) when there is none of that number. */
enum td_status td_store_batch_get(struct td_store *store, int64_t id,
                                  struct td_batch *out, struct td_err *err);

/* What a batch did to one subscription. */
struct td_touched {
    int64_t subscriber;
    int64_t newsletter;
    bool last_word; /* nobody has changed it since, nor was it undone */
    bool undone;    /* it was */
    bool added;     /* there was none before; else it stood like this: */
    enum td_membership status;
    int64_t prefs;
};

/* The touched subscriptions behind `after` (zeroes: from the start), at most `room` of them. */
enum td_status td_store_batch_touched(struct td_store *store, int64_t batch,
                                      const struct td_touched *after,
                                      struct td_touched *out, size_t room, size_t *count,
                                      struct td_err *err);

/* Takes away a subscription that the batch added, and its person who was made since then, has no other,
 * and was never to be mailed. */
struct td_unmaking {
    int64_t newsletter;
    int64_t subscriber;
    td_time since;
};
enum td_status td_store_unmake(struct td_store *store, const struct td_unmaking *what,
                               bool *person_gone, struct td_err *err);

/* The names that a batch changed, and its mark. */
enum td_status td_store_batch_undone(struct td_store *store, int64_t batch, td_time now,
                                     struct td_err *err);

#endif

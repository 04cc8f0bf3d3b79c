/*
 * occurrences.h: what became of the days of a schedule. A row is written once, whoever is first: so
 * two schedulers, or one that was killed, do and tell everything once.
 *
 * All that write are called inside a transaction (td_begin).
 */
#ifndef TD_STORE_OCCURRENCES_H
#define TD_STORE_OCCURRENCES_H

#include "base/date.h"
#include "store/store.h"

/* Stored as these numbers: never change one. */
enum td_outcome {
    TD_OUTCOME_ASSEMBLED = 1,
    TD_OUTCOME_HELD = 2,    /* assembled, but later than max_lateness */
    TD_OUTCOME_SKIPPED = 3, /* no briefing when the waiting was over */
    TD_OUTCOME_MISSED = 4,  /* nobody was there until it was not worth sending any more */
};
const char *td_outcome_name(enum td_outcome outcome);

struct td_occurrence {
    int64_t newsletter;
    const char *slug;
    enum td_outcome outcome;
    td_time at;
    struct td_slice why; /* may be empty */
    bool changed;        /* it was told that the file is not what was frozen */
    bool overdue;        /* it was told that it still waits for approval at its release */
};

/* TD_NOINPUT (err left alone) when nothing became of it yet. `why` is not read. */
enum td_status td_store_occurrence_find(struct td_store *store, int64_t newsletter,
                                        const char *slug, struct td_occurrence *out,
                                        struct td_err *err);

/* *first: the row is new, and so it is the caller's to tell. */
enum td_status td_store_occurrence_add(struct td_store *store,
                                       const struct td_occurrence *occurrence,
                                       bool *first, struct td_err *err);
/* *first: it was not told before, and so it is the caller's to tell. */
enum td_status td_store_occurrence_changed(struct td_store *store, int64_t newsletter,
                                           const char *slug, bool *first,
                                           struct td_err *err);
enum td_status td_store_occurrence_overdue(struct td_store *store, int64_t newsletter,
                                           const char *slug, bool *first,
                                           struct td_err *err);
/* An edition makes room for another: neither was told of the other one. */
enum td_status td_store_occurrence_anew(struct td_store *store, int64_t edition,
                                        struct td_slice slug, struct td_err *err);

/* The newsletter's id and since when the scheduler looks after it; TD_NOINPUT (err left alone) when it
 * does not. */
enum td_status td_store_scheduled(struct td_store *store, const char *name,
                                  int64_t *newsletter, td_time *since,
                                  struct td_err *err);

/* It does from now on; nothing when it does already. */
enum td_status td_store_schedule(struct td_store *store, int64_t newsletter, td_time now,
                                 struct td_err *err);

#endif

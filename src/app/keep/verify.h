/*
 * verify.h: `db verify`: whether a database is whole: its pages and references, the states of its
 * messages against what the states mean (model/message.h), and what belongs together; of a backup's folder
 * also its other files.
 */
#ifndef TD_APP_VERIFY_H
#define TD_APP_VERIFY_H

#include "store/store.h"

/* One thing looked at. Slices die with the call. */
struct td_verified {
    const char *check; /* "integrity", "states", …: one word, stable */
    const char
        *words;    /* what would be wrong: "messages of an edition that is not there" */
    int64_t count; /* how often it is; 0: all is well */
    struct td_slice example; /* the first found; absent when all is well */
};
struct td_verify_sink {
    void (*verified)(void *context, const struct td_verified *verified);
    void *context;
};

/* Rows by table. */
enum td_count_kind {
    TD_COUNT_NEWSLETTERS,
    TD_COUNT_SUBSCRIBERS,
    TD_COUNT_SUBSCRIPTIONS,
    TD_COUNT_CONSENT,
    TD_COUNT_SUPPRESSIONS,
    TD_COUNT_EDITIONS,
    TD_COUNT_VARIANTS,
    TD_COUNT_MESSAGES,
    TD_COUNT_ATTEMPTS,
    TD_COUNT_REPLIES,
    TD_COUNT_KINDS,
};
const char *td_count_name(enum td_count_kind kind);

/* A table that is too damaged to be counted. */
#define TD_COUNT_UNREADABLE (-1)

/* Looks at everything, changes nothing. The store is of this version's schema. What is wrong with the
 * data goes to the sink, and so does what is too damaged to be looked at: the other checks are made all
 * the same. An error is one of beginning. */
enum td_status td_verify(struct td_store *store, struct td_verify_sink sink,
                         int64_t counts[TD_COUNT_KINDS], struct td_err *err);

/* The files of a backup's folder, as its manifest has them: the check "files". */
void td_verify_files(const char *folder, struct td_verify_sink sink);

/* The finding for a database that could not even be opened. */
void td_verify_unreadable(struct td_verify_sink sink, const struct td_err *why);

#endif

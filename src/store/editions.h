/*
 * editions.h: editions, their variants, and what each choice of the partition leads to.
 *
 * All that write are called inside a transaction (td_begin).
 */
#ifndef TD_STORE_EDITIONS_H
#define TD_STORE_EDITIONS_H

#include "base/buf.h"
#include "base/date.h"
#include "model/edition.h"
#include "model/message.h"
#include "model/prefs.h"
#include "store/store.h"

/* Stored as these numbers: never change one. */
enum td_phase {
    TD_PHASE_BUILDING = 0, /* the fan-out is not complete: nobody may claim */
    TD_PHASE_OPEN = 1,
    TD_PHASE_CANCELLED = 2,
};
const char *td_phase_name(enum td_phase phase);

/* Slices belong to the statement that gave them and die with its next use. */
struct td_edition_row {
    int64_t id;
    int64_t newsletter;
    struct td_slice slug;
    struct td_slice date; /* YYYY-MM-DD */
    enum td_class class_;
    enum td_audience audience;
    enum td_phase phase;
    bool held;
    struct td_slice held_why; /* for people; may be empty */
    struct td_slice hash;     /* 32 bytes */
    struct td_slice subject;
    struct td_slice headline;
    struct td_slice standfirst;
    struct td_slice source_name;
    struct td_slice source; /* the file as it was, deflated (store/deflate.h) */
    td_time created;
    td_time released;
    td_time valid_for;
    bool resend_in_doubt;
    int64_t corrects; /* it is for those who got this edition, or may have; 0: not so */
};

/* TD_NOINPUT (err left alone) when there is none. */
enum td_status td_store_edition_find(struct td_store *store, int64_t newsletter,
                                     struct td_slice slug, struct td_edition_row *out,
                                     struct td_err *err);
enum td_status td_store_edition_get(struct td_store *store, int64_t id,
                                    struct td_edition_row *out, struct td_err *err);

/* Adds a building edition under a new id (row->id is set). TD_CONFLICT when another process was
 * first with this slug. */
enum td_status td_store_edition_add(struct td_store *store, struct td_edition_row *row,
                                    struct td_err *err);

/* Lets senders in. */
enum td_status td_store_edition_open(struct td_store *store, int64_t id,
                                     struct td_err *err);

/*
 * Stops an edition: no sender takes anything more of it within a second. `why` is for people ("" when
 * nobody said): `status`, `edition list` and `why` show it. td_changes is 0 when it was held already;
 * then the first reason stays.
 */
enum td_status td_store_edition_hold(struct td_store *store, int64_t id,
                                     struct td_slice why, struct td_err *err);

/* Lets it go on, and counts anew what is refused of it. td_changes is 0 when it was not held. */
enum td_status td_store_edition_release(struct td_store *store, int64_t id,
                                        struct td_err *err);

/* The standfirst of the newsletter's newest edition dated before `date`; absent when none. The
 * text is appended to out. */
enum td_status td_store_last_standfirst(struct td_store *store, int64_t newsletter,
                                        struct td_date date, struct td_buf *out,
                                        struct td_err *err);

struct td_variant_row {
    int64_t id;
    int64_t edition;
    const char *selection; /* td_selection_key */
    enum td_format format;
    int64_t parts;        /* how many parts it shows */
    int64_t size;         /* bytes of the MIME message, slots empty */
    struct td_slice body; /* packed and deflated */
};

/* The id of the edition's variant of that selection; TD_NOINPUT (err left alone) when none. */
enum td_status td_store_variant_find(struct td_store *store, int64_t edition,
                                     const char *selection, int64_t *id,
                                     struct td_err *err);

/* Adds it (row->id is set); when another process was first, gives the id of the one that is there. */
enum td_status td_store_variant_add(struct td_store *store, struct td_variant_row *row,
                                    struct td_err *err);

/* Appends the inflated, packed variant (td_variant_unpack reads it). */
enum td_status td_store_variant_load(struct td_store *store, int64_t id,
                                     struct td_buf *out, struct td_err *err);

/* What a choice leads to. variant 0: nothing, for `reason`. A second time changes nothing. */
struct td_selection_row {
    int64_t edition;
    int64_t prefs;
    int64_t since;  /* in a digest: what its readers were served before; else 0 */
    int64_t alerts; /* likewise */
    bool absent;    /* who chose this is no reader of the edition: no message */
    int64_t variant;
    enum td_reason reason;
    td_time due;
};
enum td_status td_store_selection_add(struct td_store *store,
                                      const struct td_selection_row *row,
                                      struct td_err *err);

/* Number of variants of an edition. */
enum td_status td_store_variant_count(struct td_store *store, int64_t edition,
                                      int64_t *out, struct td_err *err);

#endif

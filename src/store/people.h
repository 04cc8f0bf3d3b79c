/*
 * people.h: newsletters, subscribers, their choices, and the record of who agreed to what: the
 * statements that commands, imports and signups share, typed.
 *
 * All that write are called inside a transaction (td_begin). Strings handed in are UTF-8.
 */
#ifndef TD_STORE_PEOPLE_H
#define TD_STORE_PEOPLE_H

#include "base/date.h"
#include "model/basis.h"
#include "model/prefs.h"
#include "store/store.h"

/* Stored as these numbers: never change one. */
enum td_membership {
    TD_PENDING = 0, /* asked, not yet confirmed */
    TD_ACTIVE = 1,
    TD_UNSUBSCRIBED = 2,
    TD_SUSPENDED = 3, /* not mailed for now; neither left nor suppressed */
};
const char *td_membership_name(enum td_membership status); /* "pending", "active", … */

enum td_consent_event {
    TD_CONSENT_SUBSCRIBED = 1, /* asked; not confirmed yet */
    TD_CONSENT_CONFIRMED = 2,  /* by the person */
    TD_CONSENT_STATED = 3,     /* the operator says so (--confirmed --source) */
    TD_CONSENT_CHANGED = 4,    /* other choices */
    TD_CONSENT_UNSUBSCRIBED = 5,
    TD_CONSENT_SUSPENDED = 6,
    TD_CONSENT_REINSTATED = 7,
    TD_CONSENT_UNDONE = 8,     /* the batch that did it was taken back */
    TD_CONSENT_ERASED = 9,     /* the person was; newsletter 0 */
    TD_CONSENT_RENAMED = 10,   /* the source is the address they had; newsletter 0 */
    TD_CONSENT_FORGOTTEN = 11, /* never confirmed: gone, or as much away as before */
};
const char *td_consent_event_name(enum td_consent_event event); /* "subscribed", … */

/*
 * Reserves `count` ids that were never given before; *first is the first of them. kind is a row
 * of id_counter: "subscriber", "edition", "variant", "batch", … A rollback gives them back, so
 * ids kept from before it are void. Panics for an unknown kind.
 */
enum td_status td_store_next_ids(struct td_store *store, const char *kind, int64_t count,
                                 int64_t *first, struct td_err *err);

/* The id of a configured newsletter; the row is made when it is not there. */
enum td_status td_store_newsletter_id(struct td_store *store, const char *name,
                                      int64_t *id, struct td_err *err);

/* One distinct choice. topics is canonical (model/prefs.h), at is minutes or -1, zone "" is the
 * newsletter's own. */
struct td_prefs_row {
    struct td_slice topics;
    enum td_format format;
    enum td_cadence cadence;
    int at;
    struct td_slice zone;
};

/* Finds the choice or makes it. The last few dozen are remembered: an import asks per row. */
enum td_status td_store_prefs_id(struct td_store *store, const struct td_prefs_row *prefs,
                                 int64_t *id, struct td_err *err);

/* Slices die with the next use of the statement that gave them; TD_NOINPUT when there is none. */
enum td_status td_store_prefs_get(struct td_store *store, int64_t id,
                                  struct td_prefs_row *out, struct td_err *err);

/* address as typed, key folded for matching (model/address.h), hash as the suppression list knows
 * the address. */
struct td_subscriber_row {
    int64_t id;
    struct td_slice address;
    struct td_slice key;
    struct td_slice domain;
    struct td_slice name;
    struct td_slice hash;
    td_time created;
};

/* By key. Slices die with the next find; TD_NOINPUT (err is filled, the address named) when there
 * is none. */
enum td_status td_store_subscriber_find(struct td_store *store, struct td_slice key,
                                        struct td_subscriber_row *out,
                                        struct td_err *err);
enum td_status td_store_subscriber_get(struct td_store *store, int64_t id,
                                       struct td_subscriber_row *out, struct td_err *err);

/* Inserts under row->id unless the key is there: *added says which. One statement: an import of
 * new people needs no look-up before. */
enum td_status td_store_subscriber_add(struct td_store *store,
                                       const struct td_subscriber_row *row, bool *added,
                                       struct td_err *err);

/* Changes address (with key, domain, hash) and name of row->id. TD_CONFLICT when another has that
 * key. */
enum td_status td_store_subscriber_set(struct td_store *store,
                                       const struct td_subscriber_row *row,
                                       struct td_err *err);

struct td_subscription_row {
    int64_t newsletter;
    int64_t subscriber;
    enum td_membership status;
    int64_t prefs;
    td_time changed;
    td_time paused_until; /* nothing that is due before goes out; 0: not paused */
};

/* TD_NOINPUT (err left alone) when there is none. */
enum td_status td_store_subscription_find(struct td_store *store, int64_t newsletter,
                                          int64_t subscriber,
                                          struct td_subscription_row *out,
                                          struct td_err *err);

/* Inserts unless (newsletter, subscriber) is there: *added says which. */
enum td_status td_store_subscription_add(struct td_store *store,
                                         const struct td_subscription_row *row,
                                         bool *added, struct td_err *err);

/* Status, prefs, pause and changed of an existing row; TD_NOINPUT when there is none. */
enum td_status td_store_subscription_set(struct td_store *store,
                                         const struct td_subscription_row *row,
                                         struct td_err *err);

/* One line of the ledger. how: "command", "import", "sync", "file", "web", "mail", "undo". source and
 * wording may be "" where the batch says it for all. batch 0: none. source alone may hold what is
 * personal: it is emptied when the person is erased. newsletter 0: about the person. */
struct td_consent {
    int64_t subscriber;
    int64_t newsletter;
    td_time at;
    enum td_consent_event event;
    const char *how;
    struct td_slice source;
    struct td_slice wording;
    enum td_basis basis;
    int64_t batch;
};
enum td_status td_store_consent(struct td_store *store, const struct td_consent *consent,
                                struct td_err *err);

/* When the person left the newsletter, as the ledger has it, unless they agreed anew since; 0: they did not,
 * or have. Whoever left and was signed up again is pending, and still somebody who left. */
enum td_status td_store_consent_left(struct td_store *store, int64_t newsletter,
                                     int64_t subscriber, td_time *out,
                                     struct td_err *err);

/* An import or a command as one thing that can be named and undone. newsletter 0: several. */
struct td_batch_row {
    int64_t id; /* out of _start, in of _finish */
    int64_t newsletter;
    const char *how; /* "import", "sync", "file"; NULL: "import" */
    struct td_slice source;
    struct td_slice file;
    int64_t rows, added, updated,
        refused;    /* rows: dealt with, so that a run can go on there */
    int64_t report; /* bytes of the report on them */
};
enum td_status td_store_batch_start(struct td_store *store, struct td_batch_row *batch,
                                    td_time now, struct td_err *err);

/* Writes the counters so far; `finished` 0 while it goes on. */
enum td_status td_store_batch_set(struct td_store *store,
                                  const struct td_batch_row *batch, td_time finished,
                                  struct td_err *err);

/* Whether the address of this hash must not be mailed by this newsletter (or by any). */
enum td_status td_store_suppressed(struct td_store *store, struct td_slice hash,
                                   int64_t newsletter, bool *out, struct td_err *err);

/* newsletter 0: for all. A second suppression of the same scope keeps the first evidence. */
struct td_suppression {
    struct td_slice hash;
    int64_t newsletter;
    int reason; /* enum td_reason */
    struct td_slice evidence;
    td_time at;
};
enum td_status td_store_suppress(struct td_store *store,
                                 const struct td_suppression *suppression,
                                 struct td_err *err);

/* "Who did this?": one line per act that changed rows. */
struct td_audit {
    td_time at;
    const char *actor;  /* user name, or the role */
    const char *action; /* "subscriber import", "queue retry" */
    struct td_slice subject;
    int64_t rows_changed;
};
enum td_status td_store_audit(struct td_store *store, const struct td_audit *audit,
                              struct td_err *err);

#endif

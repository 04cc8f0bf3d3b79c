/*
 * optin.h: signups that wait for a yes: the statements of double opt-in, typed (app/people/optin.h has the
 * rules).
 *
 * All that write are called inside a transaction (td_begin).
 */
#ifndef TD_STORE_OPTIN_H
#define TD_STORE_OPTIN_H

#include "base/buf.h"
#include "base/date.h"
#include "store/store.h"

/* A pending subscription that came by signup. */
struct td_optin_row {
    int64_t newsletter;
    int64_t subscriber;
};

/* Remembers the signup; one that is remembered already stays. source may be "". */
enum td_status td_store_optin_set(struct td_store *store, const struct td_optin_row *row,
                                  const char *source, td_time now, struct td_err *err);

enum td_status td_store_optin_asked(struct td_store *store,
                                    const struct td_optin_row *row, const char *wording,
                                    td_time now, struct td_err *err);
enum td_status td_store_optin_reminded(struct td_store *store,
                                       const struct td_optin_row *row, td_time now,
                                       struct td_err *err);
enum td_status td_store_optin_remove(struct td_store *store,
                                     const struct td_optin_row *row, struct td_err *err);

/* Removes all whose subscription is not pending any more. */
enum td_status td_store_optin_sweep(struct td_store *store, struct td_err *err);

/* The words the person was asked in, appended; nothing when they were not. */
enum td_status td_store_optin_wording(struct td_store *store,
                                      const struct td_optin_row *row, struct td_buf *out,
                                      struct td_err *err);

/* How many of those who have not answered were asked since then, and how many signed up from this
 * source; neither counts further than `most`. */
enum td_status td_store_optin_asked_since(struct td_store *store, td_time since,
                                          int64_t most, int64_t *out, struct td_err *err);
enum td_status td_store_optin_from_since(struct td_store *store, const char *source,
                                         td_time since, int64_t most, int64_t *out,
                                         struct td_err *err);
/* How many confirmations and reminders one person got since then. */
enum td_status td_store_optin_mails(struct td_store *store, int64_t subscriber,
                                    td_time since, int64_t *out, struct td_err *err);

/* The next signups to do something about; *count of at most `most`. */
enum td_optin_list {
    TD_OPTIN_WAITING,    /* for their confirmation; `time` is not looked at */
    TD_OPTIN_UNANSWERED, /* asked before `time`, not reminded */
    TD_OPTIN_LAPSED,     /* signed up before `time` */
};
struct td_optin_search {
    enum td_optin_list list;
    td_time time;
    struct td_optin_row *rows; /* room for `most` */
    size_t most;
};
enum td_status td_store_optin_list(struct td_store *store,
                                   const struct td_optin_search *search, size_t *count,
                                   struct td_err *err);

/* Takes back a pending subscription, and the address and name of the person when they have no other.
 * Ledgers keep the number. */
enum td_status td_store_forget(struct td_store *store, const struct td_optin_row *row,
                               td_time now, struct td_err *err);

#endif

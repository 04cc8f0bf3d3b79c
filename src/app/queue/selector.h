/*
 * selector.h: which messages an administrator means: `edition=3 domain=example.org state!=sent`.
 *
 * Every list takes the same selectors; several are joined by "and". A state or reason may be
 * given more than once or as a,b,c: any of them. All others may be given once.
 */
#ifndef TD_APP_SELECTOR_H
#define TD_APP_SELECTOR_H

#include "app/instance/app.h"
#include "model/message.h"

#define TD_SELECTOR_STATES ((UINT64_C(1) << TD_STATE_COUNT) - 1) /* any */

/* A newsletter of the configuration for which nothing was ever queued: no message is of it. */
#define TD_SELECTOR_NOTHING (-1)

struct td_selector {
    int64_t edition;    /* 0: any */
    int64_t subscriber; /* 0: any */
    int64_t newsletter; /* 0: any */
    const char *domain; /* NULL: any; lower case A-labels */
    uint64_t states;    /* bit per td_state */
    uint64_t named;     /* of those, the ones named by state=: asked for by name */
    uint64_t reasons;   /* bit per td_reason */
    const char *relay;  /* of the last attempt; NULL: any */
    const char *topic;  /* wanted by the subscriber's choice; NULL: any */
    td_time due_before; /* INT64_MAX: any */
    td_time due_after;  /* INT64_MIN: any */
    char text[256];     /* holds domain */
};

#define TD_SELECTOR_HELP                                                                 \
    "Selectors, joined by \"and\": edition=ID|SLUG newsletter=NAME domain=NAME "         \
    "address=EMAIL\n"                                                                    \
    "state=NAME[,NAME…] state!=NAME[,…] reason=NAME[,…] relay=NAME topic=NAME "    \
    "age>DURATION\n"                                                                     \
    "age<DURATION (since the message was first due). Mind the shell: quote age>1h."

/* Words like "state=sent". TD_USAGE for a selector there is not, TD_NOINPUT for an edition or
 * newsletter that is not there. Opens the store. */
enum td_status td_selector_parse(struct td_app *app, const char *const *words,
                                 size_t count, struct td_selector *out,
                                 struct td_err *err);

/* Whether it says more than which edition or newsletter: each message has to be looked at. */
bool td_selector_is_picky(const struct td_selector *selector);

/* Whether it says no more than which edition: what is meant is the edition as a whole. */
bool td_selector_is_edition(const struct td_selector *selector);

/* Binds the selector's parameters of a statement that takes them all (store/sql/queue_*.sql). */
void td_selector_bind(const struct td_selector *selector, struct td_query *query);

/* Binds all but $edition, $newsletter and $subscriber: for statements that go through the messages
 * of one edition (store/sql/admin_*.sql). */
void td_selector_bind_message(const struct td_selector *selector, struct td_query *query);

#endif

/*
 * bounces.h: what came back: raw mails and refusals at SMTP time, each with how it was judged.
 *
 * A raw mail is kept (deflated) before anybody reads it, once: it is known by its hash, so a mail
 * that a mailbox gives twice counts once. Whoever reads claims first; what was begun too often
 * without an end is a mail that kills its reader. Judging is fenced on the result that was found.
 *
 * All that write are called inside a transaction (td_begin).
 */
#ifndef TD_STORE_BOUNCES_H
#define TD_STORE_BOUNCES_H

#include "base/buf.h"
#include "base/date.h"
#include "model/message.h"
#include "model/verdict.h"
#include "store/store.h"

/* What became of it. Stored as these numbers: never change one. */
enum td_bounce_result {
    TD_RESULT_PENDING = 0,
    TD_RESULT_COUNTED = 1,    /* counts against the subscriber */
    TD_RESULT_NOTHING = 2,    /* says nothing against the address */
    TD_RESULT_NO_TOKEN = 3,   /* not sent to an address of ours */
    TD_RESULT_FORGED = 4,     /* the address's MAC is wrong */
    TD_RESULT_NEVER_SENT = 5, /* that message was never on its way */
    TD_RESULT_TOO_LATE = 6,   /* past bounce.accept_for */
    TD_RESULT_MISMATCH = 7,   /* it speaks of another subscriber */
    TD_RESULT_GONE = 8,       /* the subscriber is no more */
    TD_RESULT_WAITING = 9,    /* half its domain is failing: judged later */
    TD_RESULT_CLEARED = 10,   /* waited, and a later message was delivered */
    TD_RESULT_UNREADABLE = 11,
    TD_RESULT_ANSWER = 12, /* from somebody, not from a mail system */
    TD_RESULT_LIFTED = 13, /* counted, until the subscriber was reinstated */
};
#define TD_BOUNCE_RESULTS 14
const char *td_bounce_result_name(enum td_bounce_result result); /* "counted", … */
bool td_bounce_result_parse(struct td_slice name, enum td_bounce_result *out);

#define TD_BOUNCE_WORDS_MAX  300
#define TD_BOUNCE_RULE_MAX   60
#define TD_BOUNCE_STATUS_MAX 12
#define TD_BOUNCE_SOURCE_SMTP                                                            \
    "smtp" /* not a mail: the server's words to the sender                               \
            */

/* form and kind are numbers of outcome/bounce.h, which the store does not know. */
struct td_bounce_row {
    int64_t id;
    td_time at; /* when it was taken in */
    char source[60];
    int64_t size;
    int tries;
    td_time until;
    enum td_bounce_result result;
    int64_t rules;
    int64_t edition, subscriber; /* of the signed address; 0: none */
    char domain[256];            /* the subscriber's */
    int form, kind;
    enum td_reason reason;
    enum td_scope scope;
    bool disputed, blocks;
    char status[TD_BOUNCE_STATUS_MAX];
    char address[256]; /* the recipient it names */
    char rule[TD_BOUNCE_RULE_MAX];
    char words[TD_BOUNCE_WORDS_MAX + 1]; /* valid UTF-8 */
    bool effect;                         /* this one suspended the subscriber */
    bool kept;                           /* the raw mail is still there */
};

/* Copies text into a field as valid UTF-8 without control characters, cut where it is full. */
void td_bounce_text(char *out, size_t room, struct td_slice text);

/* *added is false for a mail that is there already. */
enum td_status td_store_bounce_add(struct td_store *store, td_time now,
                                   const char *source, struct td_slice mail, bool *added,
                                   struct td_err *err);
enum td_status td_store_bounce_add_reply(struct td_store *store, td_time now,
                                         int64_t edition, int64_t subscriber,
                                         struct td_slice words, struct td_err *err);

/* What is claimed is nobody else's until `until`. `begun`: one whose reading was begun before. */
struct td_bounce_claim {
    int64_t id;
    int64_t tries; /* this one included */
};
enum td_status td_store_bounce_claim(struct td_store *store, td_time now, td_time until,
                                     bool begun, struct td_bounce_claim *out, size_t max,
                                     size_t *count, struct td_err *err);

/* TD_NOINPUT (err is filled) when there is none. */
enum td_status td_store_bounce_get(struct td_store *store, int64_t id,
                                   struct td_bounce_row *out, struct td_err *err);

/* Appends the raw mail; nothing where it is not kept. */
enum td_status td_store_bounce_raw(struct td_store *store, int64_t id, struct td_buf *out,
                                   struct td_err *err);

/* Writes everything of a verdict. TD_CONFLICT when the row's result is no longer `was`. */
enum td_status td_store_bounce_judge(struct td_store *store,
                                     const struct td_bounce_row *row,
                                     enum td_bounce_result was, struct td_err *err);

/* The message a bounce speaks of. */
struct td_bounce_message {
    int64_t newsletter;
    td_time released;
    bool there; /* its row is; else state and due are not set */
    enum td_state state;
    td_time due;
    bool tried; /* it was given to a relay up to the last dot */
};
/* TD_NOINPUT (err left alone) when there is no such edition. */
enum td_status td_store_bounce_message(struct td_store *store, int64_t edition,
                                       int64_t subscriber, struct td_bounce_message *out,
                                       struct td_err *err);

/* When the last message was due that reached the subscriber: of editions released since then, due
 * by `upto`. 0: none. */
enum td_status td_store_bounce_delivered(struct td_store *store, int64_t subscriber,
                                         td_time since, td_time upto, td_time *out,
                                         struct td_err *err);

/* How many others that came back for the row's message say that it failed, or complain of it. */
enum td_status td_store_bounce_failures(struct td_store *store,
                                        const struct td_bounce_row *row, int64_t *out,
                                        struct td_err *err);

/* What of the subscriber suspended them and was not lifted; 0: nothing. */
enum td_status td_store_bounce_suspended(struct td_store *store, int64_t subscriber,
                                         int64_t *out, struct td_err *err);

/* Which of them suspended the subscriber; id 0: none (any more). */
enum td_status td_store_bounce_effect(struct td_store *store, int64_t subscriber,
                                      int64_t id, struct td_err *err);

/* Nothing that came back so far counts against the subscriber any more. */
enum td_status td_store_bounce_lift(struct td_store *store, int64_t subscriber,
                                    struct td_err *err);

/* Forgets raw mails taken in before then, at most max; *forgotten is how many. */
enum td_status td_store_bounce_expire(struct td_store *store, td_time before, int64_t max,
                                      int64_t *forgotten, struct td_err *err);

/* Takes rows away that were judged before then and suspend nobody, at most max. */
enum td_status td_store_bounce_forget(struct td_store *store, td_time before, int64_t max,
                                      int64_t *forgotten, struct td_err *err);

/* Takes everything personal out of what came back of a person, whose address is folded: mails, names
 * and words. What was judged stays. */
enum td_status td_store_bounce_erase(struct td_store *store, int64_t subscriber,
                                     struct td_slice address_key, struct td_err *err);

/* Ids that a statement with one column gives. items is owned by the caller; grown as needed. */
struct td_ids {
    int64_t *items;
    size_t count, cap;
};
/* Replaces what is in ids by the rows of a bound query. */
enum td_status td_store_ids(struct td_query *query, struct td_ids *ids,
                            struct td_err *err);

#endif

/*
 * why.h: why somebody has or has not got an edition: the facts of each message, and the one thing
 * that decides about it now, in plain words.
 */
#ifndef TD_APP_WHY_H
#define TD_APP_WHY_H

#include "app/instance/app.h"
#include "base/buf.h"
#include "model/message.h"
#include "model/prefs.h"
#include "store/editions.h"

/* What a message waits for, or why it does not. */
enum td_why {
    TD_WHY_FINAL,        /* nothing more will be done by itself */
    TD_WHY_IN_DOUBT,     /* an administrator is to decide */
    TD_WHY_HELD,         /* the message is */
    TD_WHY_EDITION_HELD, /* the edition is */
    TD_WHY_RESTORED,     /* the database is, and not released yet */
    TD_WHY_BUILDING,     /* its edition is still being assembled */
    TD_WHY_ENDED,        /* its edition is cancelled */
    TD_WHY_SUPPRESSED,   /* the claim will find out */
    TD_WHY_LEFT,         /* likewise */
    TD_WHY_PAUSED,       /* likewise */
    TD_WHY_TOO_LATE,     /* likewise */
    TD_WHY_SENDER,       /* a sender has it in hand */
    TD_WHY_SENDER_GONE,  /* a sender that is dead had it in hand */
    TD_WHY_HOUR,         /* the subscriber's hour is not come */
    TD_WHY_RETRY,        /* put off after a try */
    TD_WHY_NO_SENDER,    /* due, and nobody is there to send it */
    TD_WHY_RELAY,        /* due; the relays for it are in trouble */
    TD_WHY_RATE,         /* due; its relay has been given what it may */
    TD_WHY_WINDOW,       /* due; its provider was slowed down */
    TD_WHY_TURN,         /* due; senders are at work */
};
const char *td_why_name(enum td_why why); /* "edition_held" */

/* Why a message is in its state, for people: "no such mailbox or domain"; "" for none. */
const char *td_why_reason(enum td_reason reason);

/* One message. Slices die with the call. */
struct td_why_message {
    int64_t edition;
    int64_t subscriber;
    struct td_slice newsletter;
    struct td_slice slug;
    struct td_slice subject;
    enum td_phase phase;
    bool held; /* the edition is */
    struct td_slice held_why;
    int64_t variant; /* 0: none */
    enum td_format format;
    struct td_slice shown; /* what the variant shows; absent: not known any more */
    enum td_state state;
    enum td_reason reason;
    td_time due;
    td_time deadline;
    td_time next; /* when it may be tried; for queued and deferred only */
    int tries;
    int64_t sender;       /* 0: none has it in hand */
    int64_t group;        /* of the domain */
    bool suppressed;      /* the address is, by now */
    bool active;          /* by now, too, the edition is for people of this standing */
    td_time paused_until; /* 0: not paused */
    enum td_why why;
    struct td_slice words; /* the same as sentences */
};

struct td_why_sink {
    enum td_status (*message)(void *context, const struct td_why_message *message,
                              struct td_err *err);
    void *context;
};

struct td_why_query {
    int64_t subscriber;
    int64_t edition; /* 0: any */
    int64_t limit;
};

/* The person's messages, newest edition first. The store is open. What the sink returns, if not
 * TD_OK, ends the reading and is returned. */
enum td_status td_why_messages(struct td_app *app, const struct td_why_query *query,
                               struct td_why_sink sink, struct td_err *err);

/* A message whose row was compacted (app/keep/retention.h): how it ended is all that is known. */
struct td_why_past {
    int64_t edition;
    struct td_slice newsletter;
    struct td_slice slug;
    struct td_slice subject;
    enum td_state state;
    enum td_reason reason;
};

struct td_why_past_sink {
    void (*past)(void *context, const struct td_why_past *past);
    void *context;
};

/* The person's compacted messages, newest edition first. */
enum td_status td_why_past(struct td_app *app, const struct td_why_query *query,
                           struct td_why_past_sink sink, struct td_err *err);

/* An edition that has no message for the person, though others may. Slices die with the call. */
struct td_why_absence {
    int64_t edition;
    struct td_slice newsletter;
    struct td_slice slug;
    struct td_slice words; /* why, as a sentence */
};

struct td_why_absence_sink {
    void (*absence)(void *context, const struct td_why_absence *absence);
    void *context;
};

/* The newest edition of each newsletter, and all of the last week of those the person has or had,
 * where there is no message for them. */
enum td_status td_why_absences(struct td_app *app, const struct td_why_query *query,
                               struct td_why_absence_sink sink, struct td_err *err);

#endif

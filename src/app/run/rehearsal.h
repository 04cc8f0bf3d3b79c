/*
 * rehearsal.h: an edition sent for practice, in a copy of the instance.
 *
 * The database is a copy in a scratch directory, every relay is the one at a port of this machine's
 * loopback address, whatever the configuration says, and all editions but this one are held. So
 * nothing of the instance is changed and nothing can leave the machine, notices included. Who
 * plays the relay and runs the senders is the caller's affair (cli/rehearse_crew.c).
 */
#ifndef TD_APP_REHEARSAL_H
#define TD_APP_REHEARSAL_H

#include "app/instance/app.h"
#include "app/assemble/assemble.h"
#include "model/message.h"

/* Subscribers. */
struct td_people_set {
    int64_t *items; /* owned */
    size_t count;
    size_t cap;
};
void td_people_set_add(struct td_people_set *set, int64_t subscriber);
void td_people_set_release(struct td_people_set *set);

struct td_rehearsal {
    struct td_app app; /* of the copy; its clock is the rehearsal's */
    char dir[256];     /* the scratch directory; "" when there is none */
    const struct td_newsletter *newsletter; /* of app.config */
    struct td_assembled assembled;
    struct td_people_set waiting; /* whose message was to be sent when it began */
    struct td_people_set doubted; /* whose message was in doubt at any time */
};

struct td_rehearsal_options {
    const char *newsletter;
    struct td_date date;
    const char *name; /* of a special; NULL: the day's issue */
    int port;         /* of the relay on 127.0.0.1 */
};

/*
 * Copies the database of `app` (read only) and assembles the edition in the copy, or takes it as it
 * is there. TD_NOINPUT when no message of it waits. The clock starts when the first is due.
 * td_rehearsal_end is called in any case.
 */
enum td_status td_rehearsal_begin(struct td_rehearsal *out, struct td_app *app,
                                  const struct td_rehearsal_options *options,
                                  struct td_err *err);
void td_rehearsal_end(struct td_rehearsal *rehearsal); /* the scratch directory goes */

/* An app of its own for a process that was forked; the parent's store is closed. */
enum td_status td_rehearsal_app(const struct td_rehearsal *rehearsal, struct td_app *out,
                                struct td_err *err);

/* Opens and closes the copy: between them no process is forked. */
enum td_status td_rehearsal_open(struct td_rehearsal *rehearsal, struct td_err *err);
void td_rehearsal_close(struct td_rehearsal *rehearsal);

/* When the next message may be tried: TD_OK, or TD_NO when none waits any more. Opened only. */
enum td_status td_rehearsal_next(struct td_rehearsal *rehearsal, td_time *when,
                                 struct td_err *err);

/* The process stands still: what it may have said the dot of is in doubt from now on. Opened
 * only. */
enum td_status td_rehearsal_doubt(struct td_rehearsal *rehearsal, int64_t pid,
                                  struct td_err *err);

/* The subscriber of a mail of this edition by its envelope sender; false for any other mail. */
bool td_rehearsal_whose(struct td_rehearsal *rehearsal, struct td_slice sender,
                        int64_t *subscriber);

/* A mail that came. */
struct td_arrival {
    int64_t subscriber;
    bool denied; /* the relay kept it and said that it did not */
};

/* What came of the messages that waited. */
struct td_rehearsed {
    int64_t states[TD_STATE_COUNT];
    int64_t arrived; /* subscribers who got it */
    int64_t lost; /* said to be sent and never came, or left lying though time was left */
    int64_t twice;      /* came again with no reason */
    int64_t resent;     /* came again because it was in doubt and the policy is resend */
    int64_t denied;     /* came again because the relay had said no and kept it */
    int64_t doubt_came; /* of those in doubt: how many had come */
    int64_t examples[2][10]; /* subscribers lost, and twice */
    bool held;               /* the edition was stopped on the way */
};

/* Sorts the arrivals. Opened only. */
enum td_status td_rehearsal_judge(struct td_rehearsal *rehearsal,
                                  struct td_arrival *arrivals, size_t count,
                                  struct td_rehearsed *out, struct td_err *err);

#endif

/*
 * live.h: a live blog as its file is now, its entries numbered; and the editions made of it: digests of
 * what is new to each reader, alerts (design 10).
 *
 * An edition of a live blog is frozen from the whole file. How far each reader has been served decides
 * what their mail shows of it (store view digest_reader); what was queued for them of the same blog and
 * has not been sent is superseded in the same transaction. So nobody gets an entry twice, and what did
 * not go out is in the next digest.
 */
#ifndef TD_APP_LIVE_H
#define TD_APP_LIVE_H

#include "app/instance/app.h"
#include "app/instance/briefings.h"
#include "app/press/press.h"
#include "store/live.h"

struct td_live {
    struct td_app *app;
    const struct td_newsletter *newsletter;
    int64_t newsletter_id;
    struct td_date date;
    char slug[11]; /* the blog's: its date */
    struct td_source source;
    struct td_press *press;
    const struct td_story *story; /* of the press */
    struct td_numbered *entries;  /* of the story's entries, in their order; owned */
    int64_t newest;               /* the highest number among them */
    int64_t cutoff;               /* how far the blog's digests go; 0: none yet */
    int64_t bits;                 /* of its alerts */
};

/* Reads the file of that day and numbers the entries that were not seen before. TD_NOINPUT: there is
 * none; TD_DATA: it is no live blog, a draft, or has a fault. *out needs td_live_close on success. */
enum td_status td_live_open(struct td_app *app, const struct td_newsletter *newsletter,
                            int64_t newsletter_id, struct td_date date,
                            struct td_live *out, struct td_err *err);
void td_live_close(struct td_live *live);

/* What to make of it. */
struct td_live_order {
    enum td_digest_kind kind;
    int64_t seq;     /* of an alert: the entry */
    td_time planned; /* the hour it is of; 0: it has none, and is of now */
    const char
        *hold; /* why nothing of it may leave before `edition release`; NULL: it may */
};

/* Makes the edition and queues its messages. *edition is 0 where there is nothing to make it of: no entry
 * that no digest had yet, or the entry went out already. */
enum td_status td_live_make(struct td_live *live, const struct td_live_order *order,
                            int64_t *edition, struct td_err *err);

/* Queues what is missing of an edition of a live blog, and lets senders in: after a crash too. */
enum td_status td_live_queue(struct td_app *app, int64_t edition, struct td_err *err);

#endif

/*
 * notices.h: what one person is told (to confirm, welcome, goodbye) or the operator (reports), as
 * editions of class notice: through the same queue, ledger and senders as everything else.
 *
 * A notice of a newsletter is one edition a day, CONFIRM-2026-11-20 say, made when the day's first
 * message of it is queued and open from then on: frozen like any edition, rendered once for each
 * format. One row per (edition, subscriber) makes a notice reach a person at most once a day, however
 * often it is asked for: the limit that keeps strangers from bombing an address. Who may get it is
 * the edition's audience, checked when a sender claims: a confirmation is not sent to somebody who
 * confirmed meanwhile. One that was withdrawn there is none that the person had: asked for anew on the same
 * day, it is queued again. A notice in doubt is sent again: twice is better than never.
 *
 * All are called inside a transaction (td_begin), so that a notice and what it is about are stored
 * together or not at all.
 */
#ifndef TD_APP_NOTICES_H
#define TD_APP_NOTICES_H

#include "app/instance/app.h"
#include "model/prefs.h"
#include "variant/notice.h"

struct td_notice_order {
    const struct td_newsletter *newsletter;
    enum td_notice notice; /* not TD_NOTICE_REPORT */
    int64_t subscriber;
    enum td_format format;
};

struct td_notice_queued {
    int64_t edition;
    bool added; /* false: this person has today's already */
};

/* Due now. */
enum td_status td_notice_queue(struct td_app *app, const struct td_notice_order *order,
                               struct td_notice_queued *out, struct td_err *err);

/*
 * Which words the person was shown, for the consent ledger: "confirm 3f2a91c0d4e5": the notice and
 * the hash of its edition, whose variants keep the words themselves. The same words on another day
 * have the same version.
 */
#define TD_WORDING_MAX 48
enum td_status td_notice_wording(struct td_app *app, int64_t edition,
                                 char out[TD_WORDING_MAX], struct td_err *err);

/*
 * A report to the operator, whoever that address is: as mail from a newsletter, through the queue.
 * Who has no subscription is known to the store as a person without one from then on.
 *
 * key names what is reported, once: a second report of the newsletter under the same key is not
 * queued, so that a trigger may fire again after a crash. [a-z0-9-], as "done-daily-2026-11-20".
 */
struct td_operator_report {
    const struct td_newsletter *newsletter; /* whose look and From: it has */
    const char *address;
    const char *key;
    const struct td_report *report;
};
enum td_status td_notice_report(struct td_app *app,
                                const struct td_operator_report *report, bool *queued,
                                struct td_err *err);

#endif

/*
 * first.h: when the first issue after now comes to a subscriber, as the schedule has it.
 */
#ifndef TD_APP_FIRST_H
#define TD_APP_FIRST_H

#include "app/instance/app.h"

struct td_first {
    td_time due;
    const struct td_zone *zone; /* where they live; borrowed from the app */
};

/*
 * Choices count from the next edition: the first that is assembled after now, is no holiday's, and is due
 * behind a pause. TD_NO (err left alone) where nobody can say: the newsletter goes out by hand only, or in
 * digests of a live blog, or the person has no subscription. Reads the store as it is, also inside a
 * transaction.
 */
enum td_status td_first_issue(struct td_app *app, const struct td_newsletter *newsletter,
                              int64_t newsletter_id, int64_t subscriber,
                              struct td_first *out, struct td_err *err);

#endif

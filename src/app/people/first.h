/*
 * first.h: when the first issue after now comes to a subscriber, as far as anybody can say.
 */
#ifndef TD_APP_FIRST_H
#define TD_APP_FIRST_H

#include "app/instance/app.h"

#define TD_FIRST_WORDS_MAX 400

struct td_first {
    td_time due; /* 0: nobody can say; then the words say on what it depends */
    const struct td_zone *zone; /* where they live; borrowed from the app */
    char words
        [TD_FIRST_WORDS_MAX]; /* a sentence or two; "" where there is nothing to say */
};

/*
 * Choices count from the next edition: the first that is still to be assembled, is no holiday's, and is due
 * behind a pause. One that was assembled before its time is not theirs, one whose editor is late is. Of a live blog, and of what goes out by hand only, there are words instead of a time; of
 * a person without a subscription neither. Reads the store as it is, also inside a transaction.
 */
enum td_status td_first_issue(struct td_app *app, const struct td_newsletter *newsletter,
                              int64_t newsletter_id, int64_t subscriber,
                              struct td_first *out, struct td_err *err);

#endif

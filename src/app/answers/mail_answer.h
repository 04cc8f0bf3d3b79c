/*
 * mail_answer.h: what a mail command without a token leads to: a question or an answer to the address that
 * the mail claims to be from, once a day each (notices.h), or nothing.
 */
#ifndef TD_APP_MAIL_ANSWER_H
#define TD_APP_MAIL_ANSWER_H

#include "app/instance/app.h"
#include "model/address.h"
#include "people/command.h"

struct td_mail_question {
    enum td_command_verb verb;     /* subscribe, unsubscribe or help */
    struct td_slice about;         /* a newsletter's name; or anything */
    const struct td_address *from; /* as it says */
};

/*
 * subscribe: the newsletter named, else the only or first one; who is not active is pending and asked.
 * unsubscribe: "do you want to leave?" for the newsletter named, else for each that they get. help: to
 * whoever gets something. *queued: something was queued, or would be had it not been today already;
 * *subscriber: who they are, 0 for nobody. In transactions of its own.
 */
enum td_status td_mail_answer(struct td_app *app, const struct td_mail_question *question,
                              bool *queued, int64_t *subscriber, struct td_err *err);

#endif

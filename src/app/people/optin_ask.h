/*
 * optin_ask.h: the question itself, for optin.c and optin_tend.c. All inside a transaction.
 */
#ifndef TD_APP_OPTIN_ASK_H
#define TD_APP_OPTIN_ASK_H

#include "app/people/optin.h"
#include "model/prefs.h"
#include "store/optin.h"
#include "variant/notice.h"

/* Queues a confirmation or the reminder for a signup and remembers that it was asked, also where the
 * address got as many as it may already: then it is not asked again before its reminder. */
enum td_status td_optin_ask(struct td_app *app, const struct td_optin_row *signup,
                            enum td_notice notice, enum td_optin_ask *ask,
                            struct td_err *err);

/* In which format a person reads a newsletter. */
enum td_status td_optin_format(struct td_app *app, int64_t newsletter, int64_t subscriber,
                               enum td_format *out, struct td_err *err);

#endif

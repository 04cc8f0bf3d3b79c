/*
 * retention_replies.h: what servers said and no attempt refers to any more: private to retention.c.
 *
 * A sender may be about to refer to a reply that nothing refers to, since it remembers numbers. So
 * one look marks a reply as unused and the next, in another run, drops it if it still is; whoever
 * refers to a marked one takes the mark away first (store/ledger.c). That needs no index of attempts
 * by reply, which every attempt would have to write.
 */
#ifndef TD_APP_RETENTION_REPLIES_H
#define TD_APP_RETENTION_REPLIES_H

#include "app/keep/retention.h"

/* Sets out->replies and out->stopped. */
enum td_status td_retention_replies(struct td_app *app,
                                    const struct td_retention_options *options,
                                    struct td_retained *out, struct td_err *err);

#endif

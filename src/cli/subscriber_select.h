/*
 * subscriber_select.h: which subscriptions an administrator means: `newsletter=daily status=suspended`.
 */
#ifndef TD_CLI_SUBSCRIBER_SELECT_H
#define TD_CLI_SUBSCRIBER_SELECT_H

#include "cli/people.h"

struct td_subscriber_selection {
    int64_t newsletter;              /* 0: any; -1: one that nobody has subscribed to */
    const char *domain;              /* NULL: any */
    const char *topic;               /* NULL: any */
    uint64_t statuses;               /* bit per td_membership */
    char folded[TD_ADDRESS_MAX + 1]; /* holds domain */
};

/* Reads the operands, which are selectors. Opens the store. */
enum td_status td_subscriber_select(struct td_run_context *run,
                                    struct td_subscriber_selection *out,
                                    struct td_err *err);

#endif

/*
 * subscribed.h: the newsletters that one person has a subscription to, whatever its status: for commands
 * that act on each of them.
 */
#ifndef TD_CLI_SUBSCRIBED_H
#define TD_CLI_SUBSCRIBED_H

#include "model/newsletter.h"
#include "store/store.h"

struct td_subscribed {
    struct td_subscribed_to {
        int64_t newsletter; /* in the store */
        char *name;         /* owned */
    } * items;              /* owned */
    size_t count, cap;
};

/* All of them, or the one to `only` (NULL: all). Released also after an error. */
enum td_status td_subscribed_find(struct td_store *store, int64_t subscriber,
                                  const struct td_newsletter *only,
                                  struct td_subscribed *out, struct td_err *err);
void td_subscribed_release(struct td_subscribed *list);

#endif

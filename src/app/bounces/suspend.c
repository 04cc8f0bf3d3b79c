/* Suspending and reinstating (suspend.h). */
#include "app/bounces/suspend.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/bounces.h"
#include "store/people.h"

/* A turn of all subscriptions of a person from one status to another. */
struct turn {
    int64_t subscriber;
    enum td_membership from, to;
    enum td_consent_event event;
    const char *how;
    struct td_slice source;
    td_time now;
    int64_t turned;
};

static enum td_status turn_one(struct td_store *store, struct turn *turn,
                               int64_t newsletter, struct td_err *err)
{
    struct td_subscription_row row;
    enum td_status status =
        td_store_subscription_find(store, newsletter, turn->subscriber, &row, err);
    if (status == TD_NOINPUT || (status == TD_OK && row.status != turn->from))
        return TD_OK;
    row.status = turn->to;
    row.changed = turn->now;
    if (status == TD_OK)
        status = td_store_subscription_set(store, &row, err);
    const struct td_consent consent = {
        .subscriber = turn->subscriber,
        .newsletter = newsletter,
        .at = turn->now,
        .event = turn->event,
        .how = turn->how,
        .source = turn->source,
    };
    if (status == TD_OK)
        status = td_store_consent(store, &consent, err);
    turn->turned += status == TD_OK;
    return status;
}

static enum td_status turn_all(struct td_store *store, struct turn *turn,
                               struct td_err *err)
{
    struct td_query *query = td_query(store, "subscription_list");
    struct td_ids newsletters = {0};
    td_bind_int(query, "$subscriber", turn->subscriber);
    enum td_status status = td_store_ids(query, &newsletters, err);
    for (size_t i = 0; status == TD_OK && i < newsletters.count; i++)
        status = turn_one(store, turn, newsletters.items[i], err);
    free(newsletters.items);
    return status;
}

enum td_status td_suspend(struct td_store *store, const struct td_suspension *suspension,
                          bool *changed, struct td_err *err)
{
    struct td_subscriber_row person;
    struct turn turn = {
        .subscriber = suspension->subscriber,
        .from = TD_ACTIVE,
        .to = TD_SUSPENDED,
        .event = TD_CONSENT_SUSPENDED,
        .how = suspension->how,
        .source = suspension->evidence,
        .now = suspension->now,
    };
    *changed = false;
    enum td_status status =
        td_store_subscriber_get(store, suspension->subscriber, &person, err);
    if (status != TD_OK)
        return status;
    const struct td_suppression suppression = {
        .hash = person.hash,
        .reason = (int)suspension->reason,
        .evidence = suspension->evidence,
        .at = suspension->now,
    };
    status = td_store_suppress(store, &suppression, err);
    *changed = status == TD_OK && td_changes(store) == 1;
    td_query_end(td_query(store, "subscriber_get"));
    if (status == TD_OK)
        status = turn_all(store, &turn, err);
    if (status == TD_OK && *changed && suspension->bounce != 0)
        status = td_store_bounce_effect(store, suspension->subscriber, suspension->bounce,
                                        err);
    return status;
}

static enum td_status lift(struct td_store *store,
                           const struct td_reinstatement *reinstatement, bool *lifted,
                           struct td_err *err)
{
    struct td_subscriber_row person;
    *lifted = false;
    enum td_status status =
        td_store_subscriber_get(store, reinstatement->subscriber, &person, err);
    if (status != TD_OK)
        return status;
    struct td_query *query = td_query(store, "suppression_remove");
    td_bind_blob(query, "$hash", person.hash);
    td_bind_int(query, "$spared", reinstatement->by_hand ? -1 : TD_REASON_ADMIN);
    status = td_run(query, err);
    *lifted = status == TD_OK && td_changes(store) == 1;
    td_query_end(td_query(store, "subscriber_get"));
    return status;
}

enum td_status td_reinstate(struct td_store *store,
                            const struct td_reinstatement *reinstatement, bool *changed,
                            struct td_err *err)
{
    struct turn turn = {
        .subscriber = reinstatement->subscriber,
        .from = TD_SUSPENDED,
        .to = TD_ACTIVE,
        .event = TD_CONSENT_REINSTATED,
        .how = reinstatement->how,
        .source = reinstatement->source,
        .now = reinstatement->now,
    };
    bool lifted = false;
    *changed = false;
    enum td_status status = lift(store, reinstatement, &lifted, err);
    if (status == TD_OK)
        status = turn_all(store, &turn, err);
    *changed = lifted || turn.turned > 0;
    if (status == TD_OK && reinstatement->forgive)
        return td_store_bounce_lift(store, reinstatement->subscriber, err);
    if (status == TD_OK)
        status = td_store_bounce_effect(store, reinstatement->subscriber, 0, err);
    return status;
}

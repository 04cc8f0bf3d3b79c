/* How the choices and the standing of somebody who is known change (people_visit.h). */
#include "app/people/people_visit.h"

#include "store/batch.h"

/* What a wish makes of a subscription. */
struct change {
    struct td_subscription_row before, after;
    enum td_consent_event event; /* of the new status; 0: it stays */
};

static enum td_status refuse_gone(struct td_visit *visit, td_time since)
{
    bool asks = visit->signup->action == TD_ACTION_SUBSCRIBE;
    return td_visit_refuse_since(visit, "unsubscribed", since,
                                 asks ? "; an import brings nobody back" : "");
}

/* Whoever left is pending where anybody has signed them up since; the basis that a file states is older. */
static enum td_status check_pending(struct td_visit *visit, struct td_err *err)
{
    const struct td_person_outcome *outcome = visit->outcome;
    td_time left = 0;
    if (visit->people->may_return)
        return TD_OK;
    enum td_status status = td_store_consent_left(
        visit->people->store, outcome->newsletter, outcome->subscriber, &left, err);
    return status == TD_OK && left != 0 ? refuse_gone(visit, left) : status;
}

/* The status that follows, or a refusal. */
static enum td_status next_status(struct td_visit *visit, struct change *change,
                                  struct td_err *err)
{
    enum td_status status = TD_OK;
    const struct td_people *people = visit->people;
    bool asks = visit->signup->action == TD_ACTION_SUBSCRIBE;
    bool stated = visit->basis != TD_BASIS_NONE;
    switch (change->before.status) {
    case TD_ACTIVE: return TD_OK;
    case TD_SUSPENDED:
        return td_visit_refuse_since(visit, "suspended", change->before.changed, "");
    case TD_UNSUBSCRIBED:
        if (!asks || !people->may_return)
            return refuse_gone(visit, change->before.changed);
        change->after.paused_until = 0; /* they come for mail */
        break;
    case TD_PENDING:
        if (!asks || !stated)
            return TD_OK;
        status = check_pending(visit, err);
        if (status != TD_OK || visit->outcome->result == TD_PERSON_REFUSED)
            return status;
        break;
    }
    change->after.status = stated ? TD_ACTIVE : TD_PENDING;
    change->event = stated ? TD_CONSENT_STATED : TD_CONSENT_SUBSCRIBED;
    return TD_OK;
}

/* The choice as it was, with what was given now. */
static enum td_status next_prefs(const struct td_visit *visit, struct change *change,
                                 struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    struct td_store *store = visit->people->store;
    struct td_prefs_row prefs;
    if (!signup->has_topics && !signup->has_format && !signup->has_cadence &&
        !signup->has_at && !signup->has_zone)
        return TD_OK;
    enum td_status status = td_store_prefs_get(store, change->before.prefs, &prefs, err);
    if (status != TD_OK)
        return status;
    if (signup->has_topics)
        prefs.topics = td_slice(signup->topics);
    if (signup->has_format)
        prefs.format = signup->format;
    if (signup->has_cadence)
        prefs.cadence = signup->cadence;
    if (signup->has_at)
        prefs.at = signup->at;
    if (signup->has_zone)
        prefs.zone = td_slice(signup->zone);
    status = td_store_prefs_id(store, &prefs, &change->after.prefs, err);
    td_query_end(td_query(store, "prefs_get"));
    return status;
}

/* The first instant of a day where the person lives. */
static enum td_status start_of_day(const struct td_visit *visit, int64_t prefs,
                                   struct td_date date, td_time *out, struct td_err *err)
{
    struct td_store *store = visit->people->store;
    const struct td_zone *zone = NULL;
    struct td_prefs_row choice;
    enum td_status status = td_store_prefs_get(store, prefs, &choice, err);
    if (status != TD_OK)
        return status;
    status = td_zones_get_own(visit->people->zones, choice.zone,
                              visit->signup->newsletter->zone, &zone, err);
    if (status == TD_OK)
        *out = td_zone_to_utc(zone, date, 0);
    td_query_end(td_query(store, "prefs_get"));
    return status;
}

static enum td_status next_pause(struct td_visit *visit, struct change *change,
                                 struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    td_time until = 0;
    if (!signup->has_pause)
        return TD_OK;
    if (signup->pause_until.year != 0) {
        enum td_status status =
            start_of_day(visit, change->after.prefs, signup->pause_until, &until, err);
        if (status != TD_OK)
            return status;
        if (until <= visit->people->now)
            return td_visit_refuse(visit, "the day a pause ends must be still to come");
    } else if (change->before.paused_until <= visit->people->now) {
        return TD_OK; /* it is over, or never was */
    }
    change->after.paused_until = until;
    return TD_OK;
}

static enum td_status write_change(struct td_visit *visit, const struct change *change,
                                   struct td_err *err)
{
    const struct td_people *people = visit->people;
    bool chose = change->after.prefs != change->before.prefs ||
                 change->after.paused_until != change->before.paused_until;
    if (change->event == 0 && !chose)
        return TD_OK;
    bool returned = change->before.status == TD_UNSUBSCRIBED;
    visit->outcome->result = returned ? TD_PERSON_ADDED : TD_PERSON_UPDATED;
    enum td_status status = TD_OK;
    if (people->batch != 0)
        status =
            td_store_batch_change(people->store, people->batch, &change->before, err);
    if (status == TD_OK)
        status = td_store_subscription_set(people->store, &change->after, err);
    if (status == TD_OK && change->event != 0)
        status = td_visit_consent(visit, change->event, err);
    if (status == TD_OK && chose)
        status = td_visit_consent(visit, TD_CONSENT_CHANGED, err);
    return status;
}

enum td_status td_visit_change(struct td_visit *visit, struct td_err *err)
{
    struct td_person_outcome *outcome = visit->outcome;
    struct change change = {0};
    enum td_status status =
        td_store_subscription_find(visit->people->store, outcome->newsletter,
                                   outcome->subscriber, &change.before, err);
    if (status == TD_NOINPUT && visit->signup->action == TD_ACTION_SUBSCRIBE)
        return td_visit_join(visit, err);
    if (status == TD_NOINPUT)
        return td_visit_refuse(visit, "not subscribed to %s",
                               visit->signup->newsletter->name);
    if (status != TD_OK)
        return status;
    change.after = change.before;
    change.after.changed = visit->people->now;
    outcome->status = change.before.status;
    status = next_status(visit, &change, err);
    if (status != TD_OK || outcome->result == TD_PERSON_REFUSED)
        return status;
    outcome->status = change.after.status;
    status = next_prefs(visit, &change, err);
    if (status == TD_OK)
        status = next_pause(visit, &change, err);
    if (status != TD_OK || outcome->result == TD_PERSON_REFUSED)
        return status;
    return write_change(visit, &change, err);
}

enum td_status td_visit_rename(struct td_visit *visit, struct td_err *err)
{
    struct td_store *store = visit->people->store;
    struct td_subscriber_row row;
    if (!visit->other_name || visit->outcome->result == TD_PERSON_REFUSED)
        return TD_OK;
    enum td_status status =
        td_store_subscriber_get(store, visit->outcome->subscriber, &row, err);
    if (status != TD_OK)
        return status;
    struct td_renaming renaming = {
        .batch = visit->people->batch,
        .subscriber = row.id,
        .before = row.name,
        .after = td_slice(visit->signup->name),
    };
    if (renaming.batch != 0)
        status = td_store_batch_name(store, &renaming, err);
    row.name = renaming.after;
    if (status == TD_OK)
        status = td_store_subscriber_set(store, &row, err);
    td_query_end(td_query(store, "subscriber_get"));
    if (visit->outcome->result == TD_PERSON_UNCHANGED)
        visit->outcome->result = TD_PERSON_UPDATED;
    return status;
}

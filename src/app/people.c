/* The rules by which people join, change and leave (people.h). */
#include "app/people.h"

#include <stdarg.h>
#include <stdio.h>

/* A wish on its way. */
struct visit {
    struct td_people *people;
    const struct td_signup *signup;
    struct td_person_outcome *outcome;
    unsigned char hash[TD_ADDRESS_HASH_LEN];
    bool other_name; /* a name is given, and not the one the person had */
};

const char *td_person_result_name(enum td_person_result result)
{
    switch (result) {
    case TD_PERSON_ADDED: return "added";
    case TD_PERSON_UPDATED: return "updated";
    case TD_PERSON_UNCHANGED: return "unchanged";
    case TD_PERSON_REFUSED: return "refused";
    }
    return "unknown";
}

__attribute__((format(printf, 2, 3))) static enum td_status refuse(struct visit *visit,
                                                                   const char *format,
                                                                   ...)
{
    va_list args;
    visit->outcome->result = TD_PERSON_REFUSED;
    va_start(args, format);
    (void)vsnprintf(visit->outcome->reason, sizeof visit->outcome->reason, format, args);
    va_end(args);
    return TD_OK;
}

static enum td_status refuse_since(struct visit *visit, const char *what, td_time since,
                                   const char *more)
{
    char when[32];
    td_time_format(since, when);
    return refuse(visit, "%s on %.10s%s", what, when, more);
}

/* Rows of one file mostly name the same newsletter. */
static enum td_status find_newsletter(struct td_people *people,
                                      const struct td_newsletter *newsletter, int64_t *id,
                                      struct td_err *err)
{
    if (people->newsletter != newsletter) {
        enum td_status status = td_store_newsletter_id(people->store, newsletter->name,
                                                       &people->newsletter_id, err);
        if (status != TD_OK)
            return status;
        people->newsletter = newsletter;
    }
    *id = people->newsletter_id;
    return TD_OK;
}

static enum td_status reserve_ids(struct td_people *people, struct td_err *err)
{
    int64_t count = people->ids_at_once > 0 ? people->ids_at_once : 1;
    if (people->next_id < people->end_id)
        return TD_OK;
    enum td_status status =
        td_store_next_ids(people->store, "subscriber", count, &people->next_id, err);
    if (status == TD_OK)
        people->end_id = people->next_id + count;
    return status;
}

static enum td_status write_consent(const struct visit *visit,
                                    enum td_consent_event event, struct td_err *err)
{
    const struct td_people *people = visit->people;
    struct td_consent consent = {
        .subscriber = visit->outcome->subscriber,
        .newsletter = visit->outcome->newsletter,
        .at = people->now,
        .event = event,
        .how = people->how,
        .source = people->source,
        .batch = people->batch,
    };
    return td_store_consent(people->store, &consent, err);
}

/* --- refusals that hold for everybody -------------------------------------------------------- */

/* The oldest evidence that holds for the newsletter. */
static enum td_status refuse_suppressed(struct visit *visit, struct td_err *err)
{
    struct td_query *query = td_query(visit->people->store, "suppression_list");
    char what[80];
    td_bind_blob(query, "$hash",
                 td_slice_n((const char *)visit->hash, sizeof visit->hash));
    td_bind_int(query, "$newsletter", visit->outcome->newsletter);
    enum td_status status = td_one(query, err);
    if (status == TD_OK) {
        (void)snprintf(what, sizeof what, "suppressed (%s)",
                       td_reason_name((enum td_reason)td_col_int(query, 2)));
        status = refuse_since(visit, what, td_col_int(query, 4), "");
    }
    td_query_end(query);
    return status;
}

static enum td_status check_wish(struct visit *visit, struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    struct td_slice hash = td_slice_n((const char *)visit->hash, sizeof visit->hash);
    bool suppressed = false;
    if (signup->has_cadence && signup->cadence != TD_CADENCE_EACH)
        return refuse(visit, "%s goes out each time only, not %s",
                      signup->newsletter->name, td_cadence_name(signup->cadence));
    enum td_status status = td_store_suppressed(
        visit->people->store, hash, visit->outcome->newsletter, &suppressed, err);
    if (status != TD_OK || !suppressed)
        return status;
    return refuse_suppressed(visit, err);
}

/* --- joining --------------------------------------------------------------------------------- */

/* The first subscription of this person to this newsletter. */
static enum td_status join(struct visit *visit, struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    struct td_person_outcome *outcome = visit->outcome;
    bool confirmed = visit->people->confirmed;
    /* td_signup_read leaves the defaults where nothing was given. */
    struct td_prefs_row prefs = {
        .topics = td_slice(signup->topics),
        .format = signup->format,
        .cadence = signup->cadence,
        .at = signup->at,
        .zone = td_slice(signup->zone),
    };
    struct td_subscription_row row = {
        .newsletter = outcome->newsletter,
        .subscriber = outcome->subscriber,
        .status = confirmed ? TD_ACTIVE : TD_PENDING,
        .changed = visit->people->now,
    };
    bool added;
    enum td_status status =
        td_store_prefs_id(visit->people->store, &prefs, &row.prefs, err);
    if (status == TD_OK)
        status = td_store_subscription_add(visit->people->store, &row, &added, err);
    if (status == TD_OK)
        status = write_consent(
            visit, confirmed ? TD_CONSENT_STATED : TD_CONSENT_SUBSCRIBED, err);
    outcome->result = TD_PERSON_ADDED;
    outcome->status = row.status;
    return status;
}

/* Inserts first and looks afterwards: nearly every row of a first import is somebody new. */
static enum td_status add_person(struct visit *visit, bool *added, struct td_err *err)
{
    struct td_people *people = visit->people;
    const struct td_signup *signup = visit->signup;
    enum td_status status = reserve_ids(people, err);
    struct td_subscriber_row row = {
        .id = people->next_id,
        .address = td_slice(signup->address.text),
        .key = td_slice(signup->address.key),
        .domain = td_slice(signup->address.domain),
        .name = td_slice(signup->name),
        .hash = td_slice_n((const char *)visit->hash, sizeof visit->hash),
        .created = people->now,
    };
    *added = false;
    if (status == TD_OK)
        status = td_store_subscriber_add(people->store, &row, added, err);
    if (status != TD_OK || !*added)
        return status;
    visit->outcome->subscriber = people->next_id++;
    return join(visit, err);
}

/* --- changing -------------------------------------------------------------------------------- */

/* What a wish makes of a subscription. */
struct change {
    struct td_subscription_row before, after;
    enum td_consent_event event; /* of the new status; 0: it stays */
};

/* The status that follows, or a refusal. */
static enum td_status next_status(struct visit *visit, struct change *change)
{
    const struct td_people *people = visit->people;
    bool asks = visit->signup->action == TD_ACTION_SUBSCRIBE;
    switch (change->before.status) {
    case TD_ACTIVE: return TD_OK;
    case TD_SUSPENDED:
        return refuse_since(visit, "suspended", change->before.changed, "");
    case TD_UNSUBSCRIBED:
        if (!asks || !people->may_return)
            return refuse_since(visit, "unsubscribed", change->before.changed,
                                asks ? "; an import brings nobody back" : "");
        break;
    case TD_PENDING:
        if (!asks || !people->confirmed)
            return TD_OK;
        break;
    }
    change->after.status = people->confirmed ? TD_ACTIVE : TD_PENDING;
    change->event = people->confirmed ? TD_CONSENT_STATED : TD_CONSENT_SUBSCRIBED;
    return TD_OK;
}

/* The choice as it was, with what was given now. */
static enum td_status next_prefs(const struct visit *visit, struct change *change,
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

static enum td_status write_change(struct visit *visit, const struct change *change,
                                   struct td_err *err)
{
    bool chose = change->after.prefs != change->before.prefs;
    if (change->event == 0 && !chose)
        return TD_OK;
    bool returned = change->before.status == TD_UNSUBSCRIBED;
    visit->outcome->result = returned ? TD_PERSON_ADDED : TD_PERSON_UPDATED;
    enum td_status status =
        td_store_subscription_set(visit->people->store, &change->after, err);
    if (status == TD_OK && change->event != 0)
        status = write_consent(visit, change->event, err);
    if (status == TD_OK && chose)
        status = write_consent(visit, TD_CONSENT_CHANGED, err);
    return status;
}

static enum td_status change_subscription(struct visit *visit, struct td_err *err)
{
    struct td_person_outcome *outcome = visit->outcome;
    struct change change = {0};
    enum td_status status =
        td_store_subscription_find(visit->people->store, outcome->newsletter,
                                   outcome->subscriber, &change.before, err);
    if (status == TD_NOINPUT && visit->signup->action == TD_ACTION_SUBSCRIBE)
        return join(visit, err);
    if (status == TD_NOINPUT)
        return refuse(visit, "not subscribed to %s", visit->signup->newsletter->name);
    if (status != TD_OK)
        return status;
    change.after = change.before;
    change.after.changed = visit->people->now;
    outcome->status = change.before.status;
    status = next_status(visit, &change);
    if (status != TD_OK || outcome->result == TD_PERSON_REFUSED)
        return status;
    outcome->status = change.after.status;
    status = next_prefs(visit, &change, err);
    return status == TD_OK ? write_change(visit, &change, err) : status;
}

/* The name belongs to the person, not to one subscription. The address stays as first typed. */
static enum td_status rename_person(struct visit *visit, struct td_err *err)
{
    struct td_store *store = visit->people->store;
    struct td_subscriber_row row;
    if (!visit->other_name || visit->outcome->result == TD_PERSON_REFUSED)
        return TD_OK;
    enum td_status status =
        td_store_subscriber_get(store, visit->outcome->subscriber, &row, err);
    if (status != TD_OK)
        return status;
    row.name = td_slice(visit->signup->name);
    status = td_store_subscriber_set(store, &row, err);
    td_query_end(td_query(store, "subscriber_get"));
    if (visit->outcome->result == TD_PERSON_UNCHANGED)
        visit->outcome->result = TD_PERSON_UPDATED;
    return status;
}

/* --- the actions ----------------------------------------------------------------------------- */

/* Who it is by the address; refused where nobody is. */
static enum td_status find_person(struct visit *visit, struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    struct td_store *store = visit->people->store;
    struct td_subscriber_row row;
    struct td_err why;
    enum td_status status =
        td_store_subscriber_find(store, td_slice(signup->address.key), &row, &why);
    if (status == TD_NOINPUT)
        return refuse(visit, "no such subscriber");
    if (status != TD_OK)
        return td_fail(err, status, "%s", why.text);
    visit->outcome->subscriber = row.id;
    visit->other_name = signup->has_name && !td_slice_is(row.name, signup->name);
    td_query_end(td_query(store, "subscriber_find"));
    return TD_OK;
}

enum td_status td_people_unsubscribe(struct td_people *people, int64_t newsletter,
                                     int64_t subscriber,
                                     struct td_person_outcome *outcome,
                                     struct td_err *err)
{
    struct td_subscription_row row;
    struct visit visit = {.people = people, .outcome = outcome};
    *outcome = (struct td_person_outcome){
        .result = TD_PERSON_UNCHANGED,
        .newsletter = newsletter,
        .subscriber = subscriber,
        .status = TD_UNSUBSCRIBED,
    };
    enum td_status status =
        td_store_subscription_find(people->store, newsletter, subscriber, &row, err);
    if (status == TD_NOINPUT || (status == TD_OK && row.status == TD_UNSUBSCRIBED))
        return TD_OK;
    if (status != TD_OK)
        return status;
    row.status = TD_UNSUBSCRIBED;
    row.changed = people->now;
    outcome->result = TD_PERSON_UPDATED;
    status = td_store_subscription_set(people->store, &row, err);
    return status == TD_OK ? write_consent(&visit, TD_CONSENT_UNSUBSCRIBED, err) : status;
}

static enum td_status leave(struct visit *visit, struct td_err *err)
{
    struct td_person_outcome *outcome = visit->outcome;
    enum td_status status = find_person(visit, err);
    if (status != TD_OK || outcome->result == TD_PERSON_REFUSED)
        return status;
    return td_people_unsubscribe(visit->people, outcome->newsletter, outcome->subscriber,
                                 outcome, err);
}

static enum td_status join_or_change(struct visit *visit, struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    bool added = false;
    td_keys_address_hash(visit->people->keys, td_slice(signup->address.key), visit->hash);
    enum td_status status = check_wish(visit, err);
    if (status != TD_OK || visit->outcome->result == TD_PERSON_REFUSED)
        return status;
    if (signup->action == TD_ACTION_SUBSCRIBE)
        status = add_person(visit, &added, err);
    if (status != TD_OK || added)
        return status;
    status = find_person(visit, err);
    if (status != TD_OK || visit->outcome->result == TD_PERSON_REFUSED)
        return status;
    status = change_subscription(visit, err);
    return status == TD_OK ? rename_person(visit, err) : status;
}

enum td_status td_people_apply(struct td_people *people, const struct td_signup *signup,
                               struct td_person_outcome *outcome, struct td_err *err)
{
    struct visit visit = {.people = people, .signup = signup, .outcome = outcome};
    *outcome = (struct td_person_outcome){.result = TD_PERSON_UNCHANGED,
                                          .status = TD_UNSUBSCRIBED};
    enum td_status status =
        find_newsletter(people, signup->newsletter, &outcome->newsletter, err);
    if (status != TD_OK)
        return status;
    return signup->action == TD_ACTION_UNSUBSCRIBE ? leave(&visit, err)
                                                   : join_or_change(&visit, err);
}

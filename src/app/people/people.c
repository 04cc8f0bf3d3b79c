/* The rules by which people join and leave (people.h); people_change.c: how they change. */
#include "app/people/people_visit.h"

#include <stdarg.h>
#include <stdio.h>

#include "store/batch.h"

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

enum td_status td_visit_refuse(struct td_visit *visit, const char *format, ...)
{
    va_list args;
    visit->outcome->result = TD_PERSON_REFUSED;
    va_start(args, format);
    (void)vsnprintf(visit->outcome->reason, sizeof visit->outcome->reason, format, args);
    va_end(args);
    return TD_OK;
}

enum td_status td_visit_refuse_since(struct td_visit *visit, const char *what,
                                     td_time since, const char *more)
{
    char when[32];
    td_time_format(since, when);
    return td_visit_refuse(visit, "%s on %.10s%s", what, when, more);
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

enum td_status td_visit_consent(const struct td_visit *visit, enum td_consent_event event,
                                struct td_err *err)
{
    const struct td_people *people = visit->people;
    struct td_consent consent = {
        .subscriber = visit->outcome->subscriber,
        .newsletter = visit->outcome->newsletter,
        .at = people->now,
        .event = event,
        .how = people->how,
        .source = visit->source,
        .basis = event == TD_CONSENT_STATED ? visit->basis : TD_BASIS_NONE,
        .batch = people->batch,
    };
    return td_store_consent(people->store, &consent, err);
}

/* Who it is by the address; subscriber 0 where nobody is. */
static enum td_status know_person(struct td_visit *visit, struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    struct td_store *store = visit->people->store;
    struct td_subscriber_row row;
    struct td_err why;
    enum td_status status =
        td_store_subscriber_find(store, td_slice(signup->address.key), &row, &why);
    if (status == TD_NOINPUT)
        return TD_OK;
    if (status != TD_OK)
        return td_fail(err, status, "%s", why.text);
    visit->outcome->subscriber = row.id;
    visit->other_name = signup->has_name && !td_slice_is(row.name, signup->name);
    td_query_end(td_query(store, "subscriber_find"));
    return TD_OK;
}

/* --- refusals that hold for everybody -------------------------------------------------------- */

/* The oldest evidence that holds for the newsletter. Who they are is known all the same, where they are
 * anybody: a sync must not take somebody whom it names for one who is missing. */
static enum td_status refuse_suppressed(struct td_visit *visit, struct td_err *err)
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
        status = td_visit_refuse_since(visit, what, td_col_int(query, 4), "");
    }
    td_query_end(query);
    return status == TD_OK ? know_person(visit, err) : status;
}

static enum td_status check_wish(struct td_visit *visit, struct td_err *err)
{
    struct td_slice hash = td_slice_n((const char *)visit->hash, sizeof visit->hash);
    bool suppressed = false;
    enum td_status status = td_store_suppressed(
        visit->people->store, hash, visit->outcome->newsletter, &suppressed, err);
    if (status != TD_OK || !suppressed)
        return status;
    return refuse_suppressed(visit, err);
}

/* --- joining --------------------------------------------------------------------------------- */

enum td_status td_visit_join(struct td_visit *visit, struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    struct td_person_outcome *outcome = visit->outcome;
    bool confirmed = visit->basis != TD_BASIS_NONE;
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
        status = td_visit_consent(
            visit, confirmed ? TD_CONSENT_STATED : TD_CONSENT_SUBSCRIBED, err);
    outcome->result = TD_PERSON_ADDED;
    outcome->status = row.status;
    return status;
}

/* Inserts first and looks afterwards: nearly every row of a first import is somebody new. */
static enum td_status add_person(struct td_visit *visit, bool *added, struct td_err *err)
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
    return td_visit_join(visit, err);
}

/* --- the actions ----------------------------------------------------------------------------- */

/* Who it is by the address; refused where nobody is. */
static enum td_status find_person(struct td_visit *visit, struct td_err *err)
{
    enum td_status status = know_person(visit, err);
    if (status == TD_OK && visit->outcome->subscriber == 0)
        return td_visit_refuse(visit, "no such subscriber");
    return status;
}

enum td_status td_people_unsubscribe(struct td_people *people, int64_t newsletter,
                                     int64_t subscriber,
                                     struct td_person_outcome *outcome,
                                     struct td_err *err)
{
    struct td_subscription_row row;
    struct td_visit visit = {
        .people = people, .outcome = outcome, .source = people->source};
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
    if (people->batch != 0)
        status = td_store_batch_change(people->store, people->batch, &row, err);
    row.status = TD_UNSUBSCRIBED;
    row.changed = people->now;
    outcome->result = TD_PERSON_UPDATED;
    if (status == TD_OK)
        status = td_store_subscription_set(people->store, &row, err);
    return status == TD_OK ? td_visit_consent(&visit, TD_CONSENT_UNSUBSCRIBED, err)
                           : status;
}

static enum td_status leave(struct td_visit *visit, struct td_err *err)
{
    struct td_person_outcome *outcome = visit->outcome;
    enum td_status status = find_person(visit, err);
    if (status != TD_OK || outcome->result == TD_PERSON_REFUSED)
        return status;
    return td_people_unsubscribe(visit->people, outcome->newsletter, outcome->subscriber,
                                 outcome, err);
}

static enum td_status join_or_change(struct td_visit *visit, struct td_err *err)
{
    const struct td_signup *signup = visit->signup;
    bool asks = signup->action == TD_ACTION_SUBSCRIBE;
    bool added = false;
    td_keys_address_hash(visit->people->keys, td_slice(signup->address.key), visit->hash);
    enum td_status status = asks ? TD_OK : find_person(visit, err);
    if (status == TD_OK && visit->outcome->result != TD_PERSON_REFUSED)
        status = check_wish(visit, err);
    if (status != TD_OK || visit->outcome->result == TD_PERSON_REFUSED)
        return status;
    if (asks)
        status = add_person(visit, &added, err);
    if (status != TD_OK || added)
        return status;
    if (asks)
        status = find_person(visit, err);
    if (status != TD_OK || visit->outcome->result == TD_PERSON_REFUSED)
        return status;
    status = td_visit_change(visit, err);
    return status == TD_OK ? td_visit_rename(visit, err) : status;
}

enum td_status td_people_apply(struct td_people *people, const struct td_signup *signup,
                               struct td_person_outcome *outcome, struct td_err *err)
{
    struct td_visit visit = {
        .people = people, .signup = signup, .outcome = outcome, .source = people->source};
    if (signup->basis != TD_BASIS_NONE) {
        visit.basis = signup->basis;
        visit.source = td_slice(signup->source);
    } else if (people->confirmed) {
        visit.basis = people->basis != TD_BASIS_NONE ? people->basis : TD_BASIS_CONSENT;
    }
    *outcome = (struct td_person_outcome){.result = TD_PERSON_UNCHANGED,
                                          .status = TD_UNSUBSCRIBED};
    enum td_status status =
        find_newsletter(people, signup->newsletter, &outcome->newsletter, err);
    if (status != TD_OK)
        return status;
    return signup->action == TD_ACTION_UNSUBSCRIBE ? leave(&visit, err)
                                                   : join_or_change(&visit, err);
}

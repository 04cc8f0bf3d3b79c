/* Signups that wait, are to be reminded, or have lapsed (optin.h). */
#include "app/people/optin_ask.h"
#include "base/log.h"
#include "store/people.h"

/* So many in one transaction: senders get their turn between. */
#define AT_ONCE 200

/* What is done to each signup of a list, and whether there may be another slice. */
struct chore {
    struct td_app *app;
    struct td_optin_search search;
    enum td_status (*act)(struct td_app *app, const struct td_optin_row *row,
                          struct td_optin_tended *done, struct td_err *err);
    bool asks; /* within optin.per_hour */
};

static enum td_status ask(struct td_app *app, const struct td_optin_row *row,
                          struct td_optin_tended *done, struct td_err *err)
{
    enum td_optin_ask what = TD_ASK_NONE;
    enum td_status status = td_optin_ask(app, row, TD_NOTICE_CONFIRM, &what, err);
    done->asked += what == TD_ASK_QUEUED;
    return status;
}

static enum td_status remind(struct td_app *app, const struct td_optin_row *row,
                             struct td_optin_tended *done, struct td_err *err)
{
    enum td_optin_ask what = TD_ASK_NONE;
    enum td_status status = td_optin_ask(app, row, TD_NOTICE_REMIND, &what, err);
    done->reminded += what == TD_ASK_QUEUED;
    return status;
}

/* Who had left before they were signed up is as gone as they were: nobody could tell else. */
static enum td_status stay_away(struct td_store *store, const struct td_optin_row *signup,
                                td_time left, struct td_err *err)
{
    struct td_subscription_row row;
    enum td_status status = td_store_subscription_find(store, signup->newsletter,
                                                       signup->subscriber, &row, err);
    row.status = TD_UNSUBSCRIBED;
    row.changed = left;
    if (status == TD_OK)
        status = td_store_subscription_set(store, &row, err);
    return status == TD_OK ? td_store_optin_remove(store, signup, err) : status;
}

/* The ledger keeps that they asked, and that it came to nothing; address and name go. */
static enum td_status forget(struct td_app *app, const struct td_optin_row *row,
                             struct td_optin_tended *done, struct td_err *err)
{
    const struct td_consent consent = {
        .subscriber = row->subscriber,
        .newsletter = row->newsletter,
        .at = td_clock_now(&app->clock),
        .event = TD_CONSENT_FORGOTTEN,
        .how = "never confirmed",
        .source = td_slice(""),
        .wording = td_slice(""),
    };
    td_time left = 0;
    enum td_status status =
        td_store_consent_left(app->store, row->newsletter, row->subscriber, &left, err);
    if (status == TD_OK)
        status = td_store_consent(app->store, &consent, err);
    if (status == TD_OK)
        status = left != 0 ? stay_away(app->store, row, left, err)
                           : td_store_forget(app->store, row, consent.at, err);
    done->forgotten += status == TD_OK;
    return status;
}

/* How many of the list may be done now. */
static enum td_status room(const struct chore *chore, size_t *out, struct td_err *err)
{
    struct td_app *app = chore->app;
    const int64_t limit = app->config->optin.per_hour;
    int64_t asked = 0;
    *out = AT_ONCE;
    if (!chore->asks)
        return TD_OK;
    enum td_status status = td_store_optin_asked_since(
        app->store, td_clock_now(&app->clock) - TD_HOUR, limit, &asked, err);
    if (limit - asked < AT_ONCE)
        *out = (size_t)(limit - asked);
    return status;
}

/* One transaction; *count is how many it did. */
static enum td_status do_slice(struct chore *chore, struct td_optin_tended *done,
                               size_t *count, struct td_err *err)
{
    struct td_store *store = chore->app->store;
    struct td_optin_tended counts = *done;
    *count = 0;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = room(chore, &chore->search.most, err);
    if (status == TD_OK && chore->search.most > 0)
        status = td_store_optin_list(store, &chore->search, count, err);
    for (size_t i = 0; i < *count && status == TD_OK; i++)
        status = chore->act(chore->app, &chore->search.rows[i], &counts, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    if (status == TD_OK)
        *done = counts;
    return status;
}

static enum td_status do_chore(struct chore *chore, struct td_optin_tended *done,
                               struct td_err *err)
{
    struct td_optin_row rows[AT_ONCE];
    size_t count = 0;
    enum td_status status;
    chore->search.rows = rows;
    do {
        status = do_slice(chore, done, &count, err);
    } while (status == TD_OK && count > 0);
    return status;
}

/* Signups that ended in another way than through us are nobody's to wait for. */
static enum td_status sweep(struct td_store *store, struct td_err *err)
{
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_optin_sweep(store, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

enum td_status td_optin_tend(struct td_app *app, struct td_optin_tended *out,
                             struct td_err *err)
{
    *out = (struct td_optin_tended){0};
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        status = sweep(app->store, err);
    if (status != TD_OK)
        return status;
    const struct td_optin_policy *policy = &app->config->optin;
    const td_time now = td_clock_now(&app->clock);
    struct chore lapsed = {
        .app = app,
        .search = {.list = TD_OPTIN_LAPSED, .time = now - policy->forget_after},
        .act = forget,
    };
    struct chore waiting = {
        .app = app,
        .search = {.list = TD_OPTIN_WAITING},
        .act = ask,
        .asks = true,
    };
    struct chore unanswered = {
        .app = app,
        .search = {.list = TD_OPTIN_UNANSWERED, .time = now - policy->remind_after},
        .act = remind,
        .asks = true,
    };
    status = do_chore(&lapsed, out, err);
    if (status == TD_OK)
        status = do_chore(&waiting, out, err);
    if (status == TD_OK && policy->remind_after > 0)
        status = do_chore(&unanswered, out, err);
    if (out->asked + out->reminded + out->forgotten > 0)
        td_log(TD_INFO, "tended", "asked=%lld reminded=%lld forgotten=%lld",
               (long long)out->asked, (long long)out->reminded,
               (long long)out->forgotten);
    return status;
}

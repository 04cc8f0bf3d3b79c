/* What the scheduler sees to beside editions (housekeeping.h). */
#include "app/schedule/housekeeping.h"

#include "app/people/optin.h"
#include "app/inspect/report.h"
#include "app/keep/retention.h"
#include "app/queue/admin.h"
#include "base/log.h"

#define TEND_EVERY       (5 * TD_MINUTE)
#define REPORTS_EVERY    TD_MINUTE
#define RETENTION_FIRST  (10 * TD_MINUTE)
#define RETENTION_EVERY  TD_DAY
#define RETENTION_LEAST  (15 * TD_MINUTE) /* quiet time it is begun in */
#define RETENTION_LATEST TD_DAY /* later than so long, it is begun whatever comes */

void td_housekeeping_init(struct td_housekeeping *housekeeping, const struct td_app *app)
{
    td_time now = td_clock_monotonic(&app->clock);
    *housekeeping = (struct td_housekeeping){
        .next_tending = now,
        .next_reports = now,
        .next_retention = now + RETENTION_FIRST,
    };
}

static void tend(struct td_app *app)
{
    struct td_optin_tended tended = {0};
    struct td_err err = {0};
    if (td_optin_tend(app, &tended, &err) != TD_OK)
        td_log(TD_ERROR, "signups", "trouble=%s", err.text);
    if (tended.asked + tended.reminded + tended.forgotten > 0)
        td_log(TD_INFO, "signups", "asked=%lld reminded=%lld forgotten=%lld",
               (long long)tended.asked, (long long)tended.reminded,
               (long long)tended.forgotten);
}

static void report(struct td_app *app)
{
    int64_t queued;
    int64_t cancelled;
    struct td_err err = {0};
    if (td_admin_sweep(app, &cancelled, &err) != TD_OK)
        td_log(TD_ERROR, "sweep", "trouble=%s", err.text);
    else if (cancelled > 0)
        td_log(TD_INFO, "sweep", "cancelled=%lld", (long long)cancelled);
    if (td_reports_run(app, &queued, &err) != TD_OK)
        td_log(TD_ERROR, "reports", "trouble=%s", err.text);
}

static void forget(struct td_app *app, const volatile int *stop)
{
    const struct td_retention_options options = {.stop = stop};
    struct td_retained retained = {0};
    struct td_err err = {0};
    if (td_retention_run(app, &options, &retained, &err) != TD_OK)
        td_log(TD_ERROR, "retention", "trouble=%s", err.text);
    else
        td_log(TD_INFO, "retention",
               "attempts=%lld messages=%lld variants=%lld replies=%lld",
               (long long)retained.attempts, (long long)retained.messages,
               (long long)retained.variants, (long long)retained.replies);
}

void td_housekeeping_turn(struct td_housekeeping *housekeeping, struct td_app *app,
                          td_time quiet, const volatile int *stop)
{
    td_time now = td_clock_monotonic(&app->clock);
    if (now >= housekeeping->next_tending) {
        tend(app);
        housekeeping->next_tending = now + TEND_EVERY;
    }
    if (now >= housekeeping->next_reports) {
        report(app);
        housekeeping->next_reports = now + REPORTS_EVERY;
    }
    if (now < housekeeping->next_retention || *stop)
        return;
    if (quiet < RETENTION_LEAST && now < housekeeping->next_retention + RETENTION_LATEST)
        return;
    forget(app, stop);
    housekeeping->next_retention = now + RETENTION_EVERY;
}

/* Bounces read from mailboxes (bounce_role.h). */
#include "app/bounces/bounce_role.h"

#include "app/postbox/postbox.h"
#include "base/log.h"

struct reading {
    struct td_app *app;
    const volatile int *stop;
    struct td_bounce_counts *counts;
};

static enum td_status take(void *context, const char *mailbox,
                           const struct td_slice *mails, size_t count, struct td_err *err)
{
    struct reading *reading = context;
    return td_bounces_take(reading->app, mailbox, mails, count, reading->counts, err);
}

static struct td_postbox_taker taker(struct reading *reading)
{
    return (struct td_postbox_taker){
        .mail_max = TD_BOUNCE_KEPT_MAX,
        .take = take,
        .stop = reading->stop,
        .context = reading,
    };
}

enum td_status td_bounces_poll(struct td_app *app, const char *const *names,
                               size_t name_count, struct td_bounce_counts *counts,
                               struct td_err *err)
{
    struct reading reading = {.app = app, .counts = counts};
    const struct td_postbox_taker ours = taker(&reading);
    return td_postboxes_read(app, &app->config->bounce_boxes, names, name_count, &ours,
                             err);
}

static void report(const struct td_bounce_counts *counts)
{
    const int64_t *results = counts->results;
    td_log(TD_INFO, "bounces",
           "taken=%lld known=%lld counted=%lld waiting=%lld forged=%lld unreadable=%lld "
           "suspended=%lld reinstated=%lld",
           (long long)counts->taken, (long long)counts->known,
           (long long)results[TD_RESULT_COUNTED], (long long)results[TD_RESULT_WAITING],
           (long long)results[TD_RESULT_FORGED], (long long)results[TD_RESULT_UNREADABLE],
           (long long)counts->suspended, (long long)counts->reinstated);
}

/* What was read by now is judged, and what others left. */
static void work(void *context)
{
    struct reading *reading = context;
    struct td_err err;
    if (td_bounces_work(reading->app, reading->stop, reading->counts, &err) != TD_OK)
        td_log(TD_ERROR, "bounces", "trouble=%s", err.text);
    if (td_bounces_any(reading->counts))
        report(reading->counts);
    *reading->counts = (struct td_bounce_counts){0};
}

enum td_status td_bounces_run(struct td_app *app, const volatile int *stop,
                              struct td_err *err)
{
    struct td_bounce_counts counts = {0};
    struct reading reading = {.app = app, .stop = stop, .counts = &counts};
    struct td_postbox_taker ours = taker(&reading);
    ours.after = work;
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        td_postboxes_run(app, &app->config->bounce_boxes, &ours);
    return status;
}

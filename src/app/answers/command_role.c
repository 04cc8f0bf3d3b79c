/* Mails to the command address, read from mailboxes (command_role.h). */
#include "app/answers/command_role.h"

#include "app/postbox/postbox.h"
#include "base/log.h"
#include "store/mailboxes.h"

#define TRIES_MAX 3

struct reading {
    struct td_app *app;
    struct td_mail_counts *counts;
};

/* *wanted: it is to be obeyed now. */
static enum td_status begin(struct reading *reading, struct td_slice mail, bool *wanted,
                            struct td_err *err)
{
    struct td_store *store = reading->app->store;
    int tries = 0;
    bool done = false;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_mail_begin(store, mail, td_clock_now(&reading->app->clock),
                                     &tries, &done, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    if (status != TD_OK)
        return status;
    *wanted = !done && tries <= TRIES_MAX;
    reading->counts->known += done;
    reading->counts->unreadable += !done && !*wanted;
    if (!done && !*wanted)
        td_log(TD_ERROR, "unreadable", "command_mail=1 tries=%d bytes=%zu", tries - 1,
               mail.len);
    return TD_OK;
}

static enum td_status finish(struct reading *reading, struct td_slice mail,
                             struct td_err *err)
{
    struct td_store *store = reading->app->store;
    enum td_status status = td_begin(store, err);
    if (status == TD_OK)
        status = td_store_mail_done(store, mail, err);
    if (status == TD_OK)
        status = td_commit(store, err);
    td_rollback(store);
    return status;
}

static enum td_status take(void *context, const char *mailbox,
                           const struct td_slice *mails, size_t count, struct td_err *err)
{
    struct reading *reading = context;
    (void)mailbox;
    for (size_t i = 0; i < count; i++) {
        struct td_mail_outcome outcome;
        bool wanted = false;
        enum td_status status = begin(reading, mails[i], &wanted, err);
        if (status == TD_OK && !wanted)
            continue;
        if (status == TD_OK)
            status = td_mail_command(reading->app, mails[i], &outcome, err);
        if (status == TD_OK)
            status = finish(reading, mails[i], err);
        if (status != TD_OK)
            return status;
        reading->counts->taken++;
        reading->counts->results[outcome.result]++;
    }
    return TD_OK;
}

static struct td_postbox_taker taker(struct reading *reading, const volatile int *stop)
{
    return (struct td_postbox_taker){
        .mail_max = TD_COMMAND_MAIL_MAX,
        .take = take,
        .stop = stop,
        .context = reading,
    };
}

enum td_status td_mail_commands_poll(struct td_app *app, const char *const *names,
                                     size_t name_count, struct td_mail_counts *counts,
                                     struct td_err *err)
{
    struct reading reading = {.app = app, .counts = counts};
    const struct td_postbox_taker ours = taker(&reading, NULL);
    return td_postboxes_read(app, &app->config->command_boxes, names, name_count, &ours,
                             err);
}

enum td_status td_mail_commands_run(struct td_app *app, const volatile int *stop,
                                    struct td_err *err)
{
    struct td_mail_counts counts = {0};
    struct reading reading = {.app = app, .counts = &counts};
    const struct td_postbox_taker ours = taker(&reading, stop);
    enum td_status status = td_app_store(app, err);
    if (status == TD_OK)
        td_postboxes_run(app, &app->config->command_boxes, &ours);
    return status;
}

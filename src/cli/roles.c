/* The one table of roles (roles.h). */
#include "cli/roles.h"

#include "app/bounce_poll.h"
#include "app/scheduler.h"
#include "app/send.h"
#include "app/signups.h"

static enum td_status run_sender(struct td_app *app, const volatile int *stop,
                                 struct td_err *err)
{
    struct td_send_options options = {.stop = stop};
    struct td_sent sent;
    return td_send(app, &options, &sent, err);
}

const struct td_role td_roles[] = {
    {"scheduler", "assemble issues at their hours", td_scheduler_run},
    {"sender", "deliver what is due", run_sender},
    {"signups", "take in the files of subscribers/incoming", td_signups_watch},
    {"bounces", "read and judge what came back", td_bounces_run},
    {0},
};

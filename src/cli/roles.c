/* The one table of roles (roles.h). */
#include "cli/roles.h"

#include "app/answers/command_role.h"
#include "app/bounces/bounce_role.h"
#include "app/schedule/scheduler.h"
#include "app/send/send.h"
#include "app/people/signups.h"
#include "web/server.h"

static enum td_status run_sender(struct td_app *app, const volatile int *stop,
                                 struct td_err *err)
{
    struct td_send_options options = {.stop = stop};
    struct td_sent sent;
    return td_send(app, &options, &sent, err);
}

/* Without the address that links lead to there is nothing to serve. */
static bool has_web(const struct td_config *config)
{
    return config->web_base_url != NULL;
}

static bool has_command_boxes(const struct td_config *config)
{
    return config->command_boxes.count > 0;
}

const struct td_role td_roles[] = {
    {"scheduler", "assemble issues at their hours", td_scheduler_run, NULL},
    {"sender", "deliver what is due", run_sender, NULL},
    {"signups", "take in the files of subscribers/incoming", td_signups_watch, NULL},
    {"bounces", "read and judge what came back", td_bounces_run, NULL},
    {"commands", "obey what subscribers write to us", td_mail_commands_run,
     has_command_boxes},
    {"web", "serve the pages behind links in mails", td_web_run, has_web},
    {0},
};

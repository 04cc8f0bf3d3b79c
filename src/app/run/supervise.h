/*
 * supervise.h: `tidings run`: one single-threaded process per role, started again when it dies.
 *
 * The processes share nothing but the store. They die with their parent, even on SIGKILL. SIGTERM
 * and SIGINT: every process finishes what it has in hand, then the daemon ends. SIGHUP: configuration,
 * keys and bounce rules are read; when they are sound the processes end like that and start with them, else
 * the fault is logged and they go on as they are. A process that starts again later has the last sound ones, too:
 * nobody meets a file that is half edited. Another database wants another daemon. A process that somebody stopped (SIGSTOP) is killed after
 * the time of a lease, and started again.
 */
#ifndef TD_APP_SUPERVISE_H
#define TD_APP_SUPERVISE_H

#include "app/instance/app.h"
#include "app/run/roster.h"

/* One kind of process. To add one: a row in cli/roles.c. */
struct td_role {
    const char *name;
    const char *summary;
    /* Runs until *stop is not 0 with an app of its own; TD_OK when it ended because of that. */
    enum td_status (*run)(struct td_app *app, const volatile int *stop,
                          struct td_err *err);
    /* Whether it runs where no role is named; NULL: always. */
    bool (*wanted)(const struct td_config *config);
};

/* So many processes of a role. */
struct td_staff {
    const struct td_role *role;
    int count;
};

#define TD_PROCESSES_MAX TD_ROSTER_MAX

/*
 * Runs until told to stop. A process that dies is started again after 1 s, doubling to 60 s while it keeps
 * dying within a minute. TD_AGAIN when a daemon runs on this database already, naming its process
 * id; TD_CONFIG before anything is started when the configuration is not sound.
 */
enum td_status td_supervise(struct td_app *app, const struct td_staff *staff,
                            size_t count, struct td_err *err);

#endif

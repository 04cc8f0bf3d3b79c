/* The role that takes signup files in as they come (signups.h). */
#include <signal.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "app/people/signups.h"
#include "base/file.h"

/* A file that inotify does not tell of (a network file system), or that was left alone. */
#define LOOK_EVERY 60 /* seconds */
#define LOOK_AGAIN 1  /* while another process is at it */

#define EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ATTRIB)

/* incoming/ and the folders in it. Asking again for one that is watched changes nothing. */
static enum td_status watch_folders(int notify, const char *incoming, struct td_err *err)
{
    struct td_names names = {0};
    if (inotify_add_watch(notify, incoming, EVENTS) < 0)
        return td_fail_sys(err, TD_OS, "cannot watch %s", incoming);
    enum td_status status = td_dir_list(incoming, &names, err);
    for (size_t i = 0; i < names.count && status == TD_OK; i++) {
        char *path = td_path_join(incoming, names.items[i]);
        (void)inotify_add_watch(notify, path, EVENTS | IN_ONLYDIR | IN_DONT_FOLLOW);
        free(path);
    }
    td_names_free(&names);
    return status;
}

/* What has happened does not matter: the next pass looks at everything. */
static void forget_events(int notify)
{
    char events[4096];
    while (read(notify, events, sizeof events) > 0)
        ;
}

/* Until something comes, a minute is over, or a signal asks to stop: signals are let in only while
 * we wait here, so that none is missed between the look at *stop and the wait. */
static void wait_for_files(int notify, int seconds, const volatile int *stop)
{
    fd_set ready;
    struct timespec patience = {.tv_sec = seconds};
    sigset_t stopping, before;
    (void)sigemptyset(&stopping);
    (void)sigaddset(&stopping, SIGTERM);
    (void)sigaddset(&stopping, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &stopping, &before);
    FD_ZERO(&ready);
    FD_SET(notify, &ready);
    if (!*stop)
        (void)pselect(notify + 1, &ready, NULL, NULL, &patience, &before);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}

static enum td_status watch(struct td_app *app, int notify, const volatile int *stop,
                            struct td_err *err)
{
    struct td_signups_options options = {.stop = stop};
    struct td_signups_taken taken;
    char *incoming = td_path_join(app->config->subscribers_dir, "incoming");
    enum td_status status = td_dir_make(incoming, 0700, err);
    while (status == TD_OK && !*stop) {
        forget_events(notify);
        status = watch_folders(notify, incoming, err); /* first: what comes now is seen */
        if (status == TD_OK)
            status = td_signups_take_in(app, &options, &taken, err);
        bool busy = status == TD_AGAIN; /* another process, or we are to stop */
        if (busy)
            status = TD_OK;
        if (status == TD_OK)
            wait_for_files(notify, busy ? LOOK_AGAIN : LOOK_EVERY, stop);
    }
    free(incoming);
    return status;
}

enum td_status td_signups_watch(struct td_app *app, const volatile int *stop,
                                struct td_err *err)
{
    enum td_status status = td_app_store(app, err);
    if (status != TD_OK)
        return status;
    int notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (notify < 0)
        return td_fail_sys(err, TD_OS, "inotify");
    status = watch(app, notify, stop, err);
    (void)close(notify);
    return status;
}

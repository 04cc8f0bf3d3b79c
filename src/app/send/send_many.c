/* Several senders in the foreground: a process each, their counts summed up (send.h). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/send/send.h"
#include "base/log.h"

/* What a process tells at its end, in one write: it is smaller than PIPE_BUF. */
struct told {
    struct td_err err; /* status TD_OK: none */
    struct td_sent sent;
};

struct child {
    pid_t pid;
    int in; /* where it tells */
};

__attribute__((noreturn)) static void be(const struct td_app *model,
                                         const struct td_send_options *options,
                                         int number, int out)
{
    struct td_app app;
    struct told told = {.err = {.status = TD_OK}};
    struct td_send_options own = *options;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    own.follows = number > 0;
    own.progress = NULL;
    td_app_init(&app, model->dir, model->config_file, model->clock);
    told.err.status = td_send(&app, &own, &told.sent, &told.err);
    td_app_release(&app);
    bool heard = write(out, &told, sizeof told) == (ssize_t)sizeof told;
    _exit(heard ? 0 : 1);
}

static enum td_status start(const struct td_app *app,
                            const struct td_send_options *options, int number,
                            struct child *child, struct td_err *err)
{
    int ends[2];
    if (pipe(ends) != 0)
        return td_fail_sys(err, TD_OS, "a sender");
    (void)fflush(NULL);
    child->pid = fork();
    if (child->pid == 0) {
        (void)close(ends[0]);
        be(app, options, number, ends[1]);
    }
    (void)close(ends[1]);
    child->in = ends[0];
    if (child->pid > 0)
        return TD_OK;
    (void)close(ends[0]);
    return td_fail_sys(err, TD_OS, "a sender");
}

static void add(struct td_sent *sum, const struct td_sent *one)
{
    sum->sent += one->sent;
    sum->deferred += one->deferred;
    sum->failed += one->failed;
    sum->in_doubt += one->in_doubt;
    sum->expired += one->expired;
    sum->suppressed += one->suppressed;
    sum->cancelled += one->cancelled;
    sum->unsettled += one->unsettled;
    sum->stopped = sum->stopped || one->stopped;
    sum->capped = sum->capped || one->capped;
    sum->relay_down = sum->relay_down || one->relay_down;
    if (one->trouble[0] != '\0') {
        (void)snprintf(sum->trouble, sizeof sum->trouble, "%s", one->trouble);
        (void)snprintf(sum->relay, sizeof sum->relay, "%s", one->relay);
    }
}

/* Hears a process out. While it works we pass on what we are told by signals. */
static enum td_status finish(const struct child *children, int count, int number,
                             const volatile int *stop, struct td_sent *sum,
                             struct td_err *err)
{
    struct told told;
    bool passed = false;
    ssize_t n;
    while ((n = read(children[number].in, &told, sizeof told)) < 0 && errno == EINTR) {
        if (!stop || !*stop || passed)
            continue;
        passed = true;
        for (int i = 0; i < count; i++)
            (void)kill(children[i].pid, SIGTERM);
    }
    (void)close(children[number].in);
    (void)waitpid(children[number].pid, NULL, 0);
    if (n != (ssize_t)sizeof told)
        return td_fail(err, TD_SOFTWARE,
                       "sender process %ld died: its messages come back",
                       (long)children[number].pid);
    add(sum, &told.sent);
    *err = told.err;
    return told.err.status;
}

enum td_status td_send_many(struct td_app *app, int senders,
                            const struct td_send_options *options, struct td_sent *out,
                            struct td_err *err)
{
    struct child children[TD_SENDERS_MAX];
    td_time started = td_clock_monotonic(&app->clock);
    enum td_status status = TD_OK;
    int count = 0;
    *out = (struct td_sent){0};
    td_store_close(app->store); /* no child may inherit an open database */
    app->store = NULL;
    while (status == TD_OK && count < senders) {
        status = start(app, options, count, &children[count], err);
        count += status == TD_OK;
    }
    for (int i = 0; i < count; i++) {
        struct td_err own = {0};
        enum td_status one = finish(children, count, i, options->stop, out, &own);
        if (status == TD_OK && one != TD_OK) {
            status = one;
            if (err)
                *err = own;
        }
    }
    out->seconds =
        (double)(td_clock_monotonic(&app->clock) - started) / (double)TD_SECOND;
    return status;
}

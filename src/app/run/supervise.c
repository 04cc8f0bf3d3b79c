/* `tidings run`: processes and their keeper (supervise.h). */
#include "app/run/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/bounces/bounce_rules.h"
#include "app/run/roster.h"
#include "base/log.h"
#include "base/service.h"
#include "base/stop.h"
#include "store/ledger.h"

#define PAUSE_FIRST   TD_SECOND
#define PAUSE_LONGEST (60 * TD_SECOND)
#define STEADY_AFTER                                                                     \
    (60 * TD_SECOND) /* a process that lived so long starts at once again */

struct process {
    const struct td_role *role;
    pid_t pid;       /* 0: not running */
    td_time started; /* monotonic */
    td_time again;   /* monotonic: when to start it */
    td_time pause;   /* before the next start, if it dies young */
    td_time still;   /* monotonic: since when it is stopped (SIGSTOP); 0: it is not */
};

struct keeper {
    struct td_app *app;
    struct process processes[TD_PROCESSES_MAX];
    size_t count;
    sigset_t watched;
    pid_t pid; /* our own */
    int lock;
    bool stopping;
};

static td_time now_of(const struct keeper *keeper)
{
    return td_clock_monotonic(&keeper->app->clock);
}

/* --- one daemon for one database -------------------------------------------------------------- */

/* Who runs, for `status` and for the message to whoever comes second. */
static enum td_status call_the_roll(const struct keeper *keeper, struct td_err *err)
{
    struct td_roster roster = {.daemon = keeper->pid, .count = keeper->count};
    for (size_t i = 0; i < keeper->count; i++) {
        roster.items[i].pid = keeper->processes[i].pid;
        (void)snprintf(roster.items[i].role, TD_ROSTER_NAME, "%s",
                       keeper->processes[i].role->name);
    }
    return td_roster_write(keeper->lock, &roster, err);
}

static enum td_status lock_instance(struct keeper *keeper, struct td_err *err)
{
    char path[TD_ROSTER_PATH];
    struct td_roster holder;
    td_roster_path(keeper->app->config->database, path);
    keeper->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (keeper->lock < 0)
        return td_fail_sys(err, TD_CANTCREAT, "%s", path);
    if (flock(keeper->lock, LOCK_EX | LOCK_NB) == 0)
        return call_the_roll(keeper, err);
    td_roster_read(keeper->lock, &holder);
    return td_fail(err, TD_AGAIN, "a daemon (process %lld) runs on %s already",
                   (long long)holder.daemon,
                   strchr(keeper->app->config->database, ':') + 1);
}

/* --- processes -------------------------------------------------------------------------------- */

/* The child. What the keeper read is its own from here on; nothing that is open may be shared over a
 * fork, and nothing is. */
__attribute__((noreturn)) static void be(const struct keeper *keeper,
                                         const struct td_role *role)
{
    struct td_app app = *keeper->app;
    struct td_err err = {0};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    const volatile int *stop = td_stop_catch();
    (void)signal(SIGHUP, SIG_IGN);
    (void)sigprocmask(SIG_UNBLOCK, &keeper->watched, NULL);
    if (getppid() != keeper->pid)
        _exit(td_status_exit(TD_OS)); /* the parent died before we asked to follow it */
    (void)close(keeper->lock);
    td_log_setup(TD_INFO, role->name);
    enum td_status status = role->run(&app, stop, &err);
    if (status != TD_OK)
        td_log(TD_ERROR, "role_ended", "trouble=%s", err.text);
    td_app_release(&app);
    exit(td_status_exit(status));
}

static void start(struct keeper *keeper, struct process *process)
{
    (void)fflush(NULL);
    process->started = now_of(keeper);
    process->still = 0;
    process->pid = fork();
    if (process->pid == 0)
        be(keeper, process->role);
    if (process->pid < 0) {
        td_log(TD_ERROR, "fork", "role=%s trouble=%s", process->role->name,
               strerror(errno));
        process->pid = 0;
        process->again = now_of(keeper) + PAUSE_LONGEST;
        return;
    }
    td_log(TD_INFO, "started", "role=%s pid=%ld", process->role->name,
           (long)process->pid);
}

static void note_end(struct keeper *keeper, struct process *process, int how)
{
    td_time now = now_of(keeper);
    bool young = now - process->started < STEADY_AFTER;
    bool well = WIFEXITED(how) && WEXITSTATUS(how) == 0;
    td_log(well ? TD_INFO : TD_ERROR, "ended", "role=%s pid=%ld exit=%d signal=%d",
           process->role->name, (long)process->pid,
           WIFEXITED(how) ? WEXITSTATUS(how) : -1, WIFSIGNALED(how) ? WTERMSIG(how) : 0);
    process->pid = 0;
    if (well || !young)
        process->pause = PAUSE_FIRST;
    process->again = well ? now : now + process->pause;
    if (!well && process->pause < PAUSE_LONGEST)
        process->pause =
            2 * process->pause < PAUSE_LONGEST ? 2 * process->pause : PAUSE_LONGEST;
}

/* Somebody may have stopped it for a good reason, so it gets time. */
static void note_stop(const struct keeper *keeper, struct process *process, bool stopped)
{
    process->still = stopped ? now_of(keeper) : 0;
    td_log(stopped ? TD_WARN : TD_INFO, stopped ? "stands_still" : "goes_on",
           "role=%s pid=%ld", process->role->name, (long)process->pid);
}

static void collect_changed(struct keeper *keeper)
{
    pid_t pid;
    int how;
    while ((pid = waitpid(-1, &how, WNOHANG | WUNTRACED | WCONTINUED)) > 0)
        for (size_t i = 0; i < keeper->count; i++) {
            struct process *process = &keeper->processes[i];
            if (process->pid != pid)
                continue;
            if (WIFSTOPPED(how) || WIFCONTINUED(how))
                note_stop(keeper, process, WIFSTOPPED(how));
            else
                note_end(keeper, process, how);
        }
}

/*
 * A process that stands still for longer than a lease is killed. Whatever it had in hand others take for
 * lost by then; but a lock that it holds, the one to commit for instance, nobody can take from it, and
 * everybody waits. How long until the next is due, at most so long.
 */
static td_time kill_the_stopped(struct keeper *keeper, td_time most)
{
    td_time now = now_of(keeper);
    td_time patience = TD_LEASE / (keeper->app->hurry > 1 ? keeper->app->hurry : 1);
    for (size_t i = 0; i < keeper->count; i++) {
        struct process *process = &keeper->processes[i];
        td_time left = process->still + patience - now;
        if (process->pid <= 0 || process->still == 0)
            continue;
        if (left > 0) {
            most = left < most ? left : most;
            continue;
        }
        td_log(TD_ERROR, "stood_still", "role=%s pid=%ld seconds=%lld",
               process->role->name, (long)process->pid,
               (long long)((now - process->still) / TD_SECOND));
        process->still = 0;
        (void)kill(process->pid, SIGKILL);
    }
    return most;
}

static void tell_all(const struct keeper *keeper, int signal_number)
{
    for (size_t i = 0; i < keeper->count; i++)
        if (keeper->processes[i].pid > 0)
            (void)kill(keeper->processes[i].pid, signal_number);
}

static bool anyone_left(const struct keeper *keeper)
{
    for (size_t i = 0; i < keeper->count; i++)
        if (keeper->processes[i].pid > 0)
            return true;
    return false;
}

/* Starts what is to be started; how long until the next is, at most a minute. */
static td_time start_due(struct keeper *keeper)
{
    struct td_err ignored; /* a roll that cannot be written stops nobody */
    td_time now = now_of(keeper);
    td_time wait = TD_MINUTE;
    for (size_t i = 0; i < keeper->count; i++) {
        struct process *process = &keeper->processes[i];
        if (process->pid > 0)
            continue;
        if (process->again <= now)
            start(keeper, process);
        else if (process->again - now < wait)
            wait = process->again - now;
    }
    (void)call_the_roll(keeper, &ignored);
    return wait;
}

/* --- signals ---------------------------------------------------------------------------------- */

/* All that is read from files people edit: a process that starts has it from here, and never meets one
 * that is half edited. */
static enum td_status read_all(struct td_app *app, struct td_err *err)
{
    enum td_status status = td_app_keys(app, err);
    return status == TD_OK ? td_app_bounce_rules(app, NULL, err) : status;
}

/* Reads it anew. What is locked is the database of the one we run with. */
static enum td_status read_anew(const struct td_app *app, struct td_app *out,
                                struct td_err *err)
{
    td_app_init(out, app->dir, app->config_file, app->clock);
    out->hurry = app->hurry;
    enum td_status status = read_all(out, err);
    if (status == TD_OK && strcmp(out->config->database, app->config->database) != 0)
        status = td_fail(err, TD_CONFIG, "%s: database: another one wants a restart",
                         out->config->file);
    if (status != TD_OK)
        td_app_release(out);
    return status;
}

/* A new configuration that is sound lets the processes end; they start again with it. */
static void reload(struct keeper *keeper)
{
    struct td_app fresh;
    struct td_err err;
    td_service_tell(TD_SERVICE_RELOADING, "reads its configuration");
    if (read_anew(keeper->app, &fresh, &err) == TD_OK) {
        td_log(TD_INFO, "reload", "file=%s", fresh.config->file);
        td_app_release(keeper->app);
        *keeper->app = fresh;
        tell_all(keeper, SIGTERM);
        td_service_tell(TD_SERVICE_READY, "runs with a new configuration");
    } else {
        td_log(TD_ERROR, "reload", "trouble=%s", err.text);
        td_service_tell(TD_SERVICE_READY, "runs; its new configuration has a fault");
    }
}

/* Waits for a signal, at most so long, and does what it asks for. */
static void attend(struct keeper *keeper, td_time wait)
{
    wait = kill_the_stopped(keeper, wait);
    struct timespec patience = {.tv_sec = (time_t)(wait / TD_SECOND),
                                .tv_nsec = (long)(wait % TD_SECOND) * 1000};
    int number = sigtimedwait(&keeper->watched, NULL, &patience);
    if (number == SIGTERM || number == SIGINT) {
        td_log(TD_INFO, keeper->stopping ? "stopping_still" : "stopping", "signal=%d",
               number);
        keeper->stopping = true;
        td_service_tell(TD_SERVICE_STOPPING, "finishes what is on the wire");
        tell_all(keeper, SIGTERM);
    } else if (number == SIGHUP && !keeper->stopping) {
        reload(keeper);
    }
    collect_changed(keeper);
}

static void watch_signals(struct keeper *keeper)
{
    (void)sigemptyset(&keeper->watched);
    (void)sigaddset(&keeper->watched, SIGTERM);
    (void)sigaddset(&keeper->watched, SIGINT);
    (void)sigaddset(&keeper->watched, SIGHUP);
    (void)sigaddset(&keeper->watched, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &keeper->watched, NULL);
}

static void hire(struct keeper *keeper, const struct td_staff *staff, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int n = 0; n < staff[i].count && keeper->count < TD_PROCESSES_MAX; n++)
            keeper->processes[keeper->count++] =
                (struct process){.role = staff[i].role, .pause = PAUSE_FIRST};
}

enum td_status td_supervise(struct td_app *app, const struct td_staff *staff,
                            size_t count, struct td_err *err)
{
    struct keeper keeper = {.app = app, .pid = getpid(), .lock = -1};
    enum td_status status = read_all(app, err); /* all faults are told before any fork */
    if (status == TD_OK)
        status = td_app_store(app, err);
    if (status == TD_OK)
        status = lock_instance(&keeper, err);
    if (status != TD_OK) {
        if (keeper.lock >= 0)
            (void)close(keeper.lock);
        return status;
    }
    td_store_close(app->store); /* no child may inherit an open database */
    app->store = NULL;
    hire(&keeper, staff, count);
    watch_signals(&keeper);
    td_time wait = start_due(&keeper);
    td_service_tell(TD_SERVICE_READY, "runs");
    while (!keeper.stopping) {
        attend(&keeper, wait);
        wait = keeper.stopping ? 0 : start_due(&keeper);
    }
    while (anyone_left(&keeper))
        attend(&keeper, TD_MINUTE);
    (void)close(keeper.lock);
    td_log(TD_INFO, "stopped", "pid=%ld", (long)getpid());
    return TD_OK;
}

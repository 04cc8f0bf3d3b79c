/* The relay, the senders and whoever kills them (rehearse_crew.h). */
#include "cli/rehearse_crew.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/send/send.h"
#include "base/log.h"
#include "base/mem.h"

#define SLICE_MS     20 /* how long the sink serves before anybody looks after the senders */
#define LINGER_MS    20 /* from a mark to its kill, at most: it is to strike anywhere */
#define LEAP         TD_MINUTE
#define LEAP_LONGEST (16 * TD_MINUTE) /* while the relay lets nobody in */
#define ROUNDS_MOST  100000

/* --- mails ------------------------------------------------------------------------------------ */

enum td_status td_crew_keep(void *self, const struct td_sink_mail *mail,
                            struct td_err *err)
{
    struct td_crew *crew = self;
    struct td_arrival arrival = {.denied = mail->word == TD_SINK_SAYS_NO};
    (void)err;
    if (!td_rehearsal_whose(crew->rehearsal, mail->sender, &arrival.subscriber)) {
        crew->others++;
        return TD_OK;
    }
    crew->arrivals =
        td_vec_grow(crew->arrivals, &crew->cap, crew->count + 1, sizeof *crew->arrivals);
    crew->arrivals[crew->count++] = arrival;
    crew->finished = td_clock_now(&crew->rehearsal->app.clock);
    crew->pause = crew->mark < crew->kills && crew->count > crew->marks[crew->mark];
    return TD_OK;
}

/* --- senders ---------------------------------------------------------------------------------- */

/* A sender's life. Its words about the relay would drown the report: they are for -v. */
__attribute__((noreturn)) static void be_sender(const struct td_crew *crew, pid_t parent)
{
    struct td_app app;
    struct td_err err = {0};
    struct td_sent sent;
    struct td_send_options options = {.drain = true};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    if (getppid() != parent)
        _exit(td_status_exit(TD_OS));
    td_sink_destroy(crew->sink); /* its sockets are the parent's: a close is to be one */
    int quiet = td_log_shows(TD_INFO) ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (quiet >= 0)
        (void)dup2(quiet, STDERR_FILENO);
    enum td_status status = td_rehearsal_app(crew->rehearsal, &app, &err);
    app.hurry = TD_REHEARSAL_HURRY;
    if (status == TD_OK)
        status = td_send(&app, &options, &sent, &err);
    if (status != TD_OK)
        td_log(TD_ERROR, "rehearsal", "trouble=%s", err.text);
    else if (sent.relay_down)
        status = TD_UNAVAILABLE;
    _exit(td_status_exit(status));
}

static enum td_status start(struct td_crew *crew, size_t place, struct td_err *err)
{
    pid_t parent = getpid();
    (void)fflush(NULL);
    crew->pids[place] = fork();
    if (crew->pids[place] == 0)
        be_sender(crew, parent);
    if (crew->pids[place] > 0)
        return TD_OK;
    crew->pids[place] = 0;
    return td_fail_sys(err, TD_OS, "fork");
}

/* How a sender may end by itself: nothing is left for it, or it was taken for dead. */
static enum td_status note_end(int how, bool *relay_down, struct td_err *err)
{
    int exit_status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    if (exit_status == td_status_exit(TD_UNAVAILABLE))
        *relay_down = true;
    else if (exit_status != 0 && exit_status != td_status_exit(TD_CONFLICT))
        return td_fail(err, TD_SOFTWARE,
                       "a sender ended with exit status %d (signal %d); -v shows its log",
                       exit_status, WIFSIGNALED(how) ? WTERMSIG(how) : 0);
    return TD_OK;
}

/* Who has ended; *working is how many have not. */
static enum td_status look_after(struct td_crew *crew, size_t *working, bool *relay_down,
                                 struct td_err *err)
{
    enum td_status status = TD_OK;
    *working = 0;
    for (int i = 0; i < crew->senders && status == TD_OK; i++) {
        int how;
        if (crew->pids[i] == 0)
            continue;
        if (waitpid(crew->pids[i], &how, WNOHANG) == 0) {
            ++*working;
            continue;
        }
        crew->pids[i] = 0;
        status = note_end(how, relay_down, err);
    }
    return status;
}

/* --- kills ------------------------------------------------------------------------------------ */

/* Stopped first: what it has on the wire then is what it dies with. */
static enum td_status kill_sender(struct td_crew *crew, size_t place, struct td_err *err)
{
    siginfo_t seen = {0};
    pid_t pid = crew->pids[place];
    if (kill(pid, SIGSTOP) != 0 ||
        waitid(P_PID, (id_t)pid, &seen, WSTOPPED | WEXITED | WNOWAIT) != 0)
        return td_fail_sys(err, TD_OS, "stopping a sender");
    if (seen.si_code != CLD_STOPPED)
        return TD_OK; /* it ended meanwhile: look_after hears how */
    enum td_status status = td_rehearsal_open(crew->rehearsal, err);
    if (status == TD_OK)
        status = td_rehearsal_doubt(crew->rehearsal, pid, err);
    if (status == TD_AGAIN) { /* stopped while it held the whole database: it lives on */
        td_rehearsal_close(crew->rehearsal);
        (void)kill(pid, SIGCONT);
        return TD_OK;
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    if (status == TD_OK)
        status = td_rehearsal_doubt(crew->rehearsal, pid, err); /* a commit it was in */
    td_rehearsal_close(crew->rehearsal);
    crew->killed++;
    crew->pids[place] = 0;
    return status == TD_OK ? start(crew, place, err) : status;
}

/* One of those at work, a moment after the mark. */
static enum td_status strike(struct td_crew *crew, struct td_err *err)
{
    size_t working[TD_CREW_MOST];
    size_t count = 0;
    int never = 0;
    enum td_status status = td_sink_run(
        crew->sink, (int)td_rand_below(&crew->rand, LINGER_MS) + 1, &never, err);
    crew->mark++;
    for (int i = 0; i < crew->senders; i++)
        if (crew->pids[i] != 0)
            working[count++] = (size_t)i;
    if (status != TD_OK || count == 0)
        return status;
    return kill_sender(crew, working[td_rand_below(&crew->rand, count)], err);
}

static int by_size(const void *a, const void *b)
{
    const size_t *x = a;
    const size_t *y = b;
    return (*x > *y) - (*x < *y);
}

static void choose_marks(struct td_crew *crew)
{
    if (crew->kills == 0)
        return;
    crew->marks = td_xcalloc((size_t)crew->kills, sizeof *crew->marks);
    for (int64_t i = 0; i < crew->kills; i++)
        crew->marks[i] = td_rand_below(&crew->rand, crew->rehearsal->waiting.count);
    qsort(crew->marks, (size_t)crew->kills, sizeof *crew->marks, by_size);
}

/* --- rounds ----------------------------------------------------------------------------------- */

/* Senders at work until each has nothing more to do now. */
static enum td_status play_round(struct td_crew *crew, bool *relay_down,
                                 struct td_err *err)
{
    enum td_status status = TD_OK;
    size_t working = 1;
    *relay_down = false;
    for (int i = 0; i < crew->senders && status == TD_OK; i++)
        status = start(crew, (size_t)i, err);
    while (status == TD_OK && working > 0 && *crew->stop == 0) {
        crew->pause = crew->mark < crew->kills && crew->count > crew->marks[crew->mark];
        status = td_sink_run(crew->sink, SLICE_MS, &crew->pause, err);
        if (status == TD_OK && crew->pause)
            status = strike(crew, err);
        if (status == TD_OK)
            status = look_after(crew, &working, relay_down, err);
    }
    return status;
}

/* To the whole minute in which something is due, or, where it is due and could not go, on. */
static void leap(struct td_crew *crew, td_time next, td_time *by, bool relay_down)
{
    struct td_clock *clock = &crew->rehearsal->app.clock;
    td_time now = td_clock_now(clock);
    td_time to = (next + TD_MINUTE - 1) / TD_MINUTE * TD_MINUTE;
    if (to <= now) {
        to = now + *by;
        *by = relay_down && *by < LEAP_LONGEST ? 2 * *by : *by;
    } else {
        *by = LEAP;
    }
    *clock = td_clock_starting_at(to);
}

enum td_status td_crew_play(struct td_crew *crew, struct td_err *err)
{
    bool relay_down = false;
    td_time by = LEAP;
    td_time next = 0;
    choose_marks(crew);
    for (int round = 0; round < ROUNDS_MOST && *crew->stop == 0; round++) {
        enum td_status status = play_round(crew, &relay_down, err);
        if (status != TD_OK)
            return status;
        status = td_rehearsal_open(crew->rehearsal, err);
        if (status == TD_OK)
            status = td_rehearsal_next(crew->rehearsal, &next, err);
        td_rehearsal_close(crew->rehearsal);
        if (status == TD_NO)
            return TD_OK;
        if (status != TD_OK)
            return status;
        leap(crew, next, &by, relay_down);
    }
    return TD_OK;
}

void td_crew_release(struct td_crew *crew)
{
    for (int i = 0; i < crew->senders; i++)
        if (crew->pids[i] > 0) {
            (void)kill(crew->pids[i], SIGKILL);
            (void)waitpid(crew->pids[i], NULL, 0);
        }
    free(crew->arrivals);
    free(crew->marks);
    crew->arrivals = NULL;
    crew->marks = NULL;
    crew->senders = 0;
}

/* "Please end" (stop.h). */
#include "base/stop.h"

#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <time.h>

/* A signal handler can reach nothing else. */
static volatile int wanted;

static void on_signal(int number)
{
    (void)number;
    wanted = 1;
}

const volatile int *td_stop_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    return &wanted;
}

void td_stop_wait(const volatile int *stop, td_time wait)
{
    struct timespec patience = {.tv_sec = (time_t)(wait / TD_SECOND),
                                .tv_nsec = (long)(wait % TD_SECOND) * 1000};
    sigset_t ends;
    sigset_t before;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &ends,
                      &before); /* none slips in between the two lines */
    if (!*stop && wait > 0)
        (void)pselect(0, NULL, NULL, NULL, &patience, &before);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}

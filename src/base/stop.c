/* "Please end" (stop.h). */
#include "base/stop.h"

#include <signal.h>
#include <stddef.h>

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

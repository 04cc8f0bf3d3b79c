/* service.c: the state of a daemon, told to systemd (service.h). */
#include "base/service.h"

#ifdef TD_HAVE_SYSTEMD
#include <systemd/sd-daemon.h>

void td_service_tell(enum td_service_state state, const char *detail)
{
    static const char *const words[] = {
        [TD_SERVICE_READY] = "READY=1",
        [TD_SERVICE_RELOADING] = "RELOADING=1",
        [TD_SERVICE_STOPPING] = "STOPPING=1",
    };
    (void)sd_notifyf(0, "%s\nSTATUS=%s", words[state], detail);
}
#else
void td_service_tell(enum td_service_state state, const char *detail)
{
    (void)state, (void)detail;
}
#endif

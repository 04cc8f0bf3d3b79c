/*
 * service.h: what a daemon tells the service manager that started it (systemd's Type=notify,
 * sd_notify(3)). Without one, or without libsystemd, it goes unsaid.
 */
#ifndef TD_BASE_SERVICE_H
#define TD_BASE_SERVICE_H

enum td_service_state {
    TD_SERVICE_READY,     /* all that was asked for runs */
    TD_SERVICE_RELOADING, /* a new configuration is being read; READY ends it */
    TD_SERVICE_STOPPING,  /* what is on the wire is finished, then it ends */
};

/* detail: a few words for `systemctl status`, one line of plain text. */
void td_service_tell(enum td_service_state state, const char *detail);

#endif

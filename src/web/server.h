/*
 * server.h: the role `web`: pages over HTTP, on web.listen, behind the publisher's web server, which
 * has the certificate.
 *
 * One process, one thread, its own poll. No cookie, no redirect, no keep-alive: a request is a
 * connection, and one that is not through in 20 seconds is ended, however busily it drips.
 */
#ifndef TD_WEB_SERVER_H
#define TD_WEB_SERVER_H

#include "app/instance/app.h"

/* Serves until *stop is not 0; then TD_OK. TD_UNAVAILABLE when it cannot listen. Logs event=listening
 * with the port, which is the kernel's choice where the configuration says 0. */
enum td_status td_web_run(struct td_app *app, const volatile int *stop,
                          struct td_err *err);

#endif

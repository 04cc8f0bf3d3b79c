/*
 * sink.h: a catch-all SMTP server on loopback that writes a Maildir; for demo, rehearsals, tests.
 */
#ifndef TD_SINK_SINK_H
#define TD_SINK_SINK_H

#include "base/err.h"

struct td_sink;

struct td_sink_config {
    const char *listen;  /* "127.0.0.1:0": the kernel chooses the port; loopback only */
    const char *maildir; /* made when missing; NULL: count only */
};

enum td_status td_sink_create(struct td_sink **out, const struct td_sink_config *config,
                              struct td_err *err);
void td_sink_destroy(struct td_sink *sink);
int td_sink_port(const struct td_sink *sink);
long long td_sink_messages(const struct td_sink *sink); /* accepted so far */

/* Serves until *stop is not 0 or `for_ms` milliseconds passed (-1: no end). */
enum td_status td_sink_run(struct td_sink *sink, int for_ms, const volatile int *stop,
                           struct td_err *err);

#endif

/*
 * listen.h: a listening socket on a loopback address, and on no other.
 */
#ifndef TD_SINK_LISTEN_H
#define TD_SINK_LISTEN_H

#include "base/err.h"

/* where: "127.0.0.1:2525", "[::1]:0", "localhost:2525". TD_USAGE, TD_UNAVAILABLE. */
enum td_status td_sink_listen(const char *where, int backlog, int *fd,
                              struct td_err *err);

/* The address it listens on, in the form above. */
enum td_status td_sink_local_name(int fd, char out[80], int *port, struct td_err *err);

#endif

/*
 * sink.h: a catch-all SMTP server on loopback that writes a Maildir; for demo, rehearsals, tests.
 * It does wrong what it is asked to (faults.h).
 */
#ifndef TD_SINK_SINK_H
#define TD_SINK_SINK_H

#include "base/err.h"
#include "sink/talk.h"

struct td_sink;

struct td_sink_config {
    const char
        *listen; /* "127.0.0.1:0", "[::1]:2525", "localhost:2525"; port 0: the kernel
                            chooses one; loopback only */
    const char *maildir;                 /* made when missing; NULL: count only */
    const struct td_sink_keeper *keeper; /* in place of a Maildir; NULL: none. Copied */
    const char *faults;                  /* as faults.h has it; NULL: none */
    bool tls;                            /* offers STARTTLS */
    bool smtps; /* TLS from the first byte on, in place of STARTTLS */
    bool auth;  /* offers AUTH, in TLS where there is any, and wants it before MAIL */
    const char *cert; /* PEM files for TLS; NULL: of its own */
    const char *key;
    int hurry; /* slow replies come this much faster; 0: as they are asked for */
};

/* TD_USAGE for an address that is none or not a loopback one, and for faults that are none or that
 * want TLS where there is none; TD_UNAVAILABLE when the address is taken; as td_tls_create. */
enum td_status td_sink_create(struct td_sink **out, const struct td_sink_config *config,
                              struct td_err *err);
void td_sink_destroy(struct td_sink *sink); /* NULL is fine */

int td_sink_port(const struct td_sink *sink);
const char *td_sink_address(
    const struct td_sink *sink); /* "127.0.0.1:40123"; dies with it */
/* The certificate it made itself, as PEM; dies with it. Absent: none. */
struct td_slice td_sink_certificate(const struct td_sink *sink);
long long td_sink_messages(const struct td_sink *sink); /* accepted so far */
long long td_sink_connections(const struct td_sink *sink);
long long td_sink_fault_count(const struct td_sink *sink); /* given so far */

/* Serves until *stop is not 0 (looked at once in 0.2 s at least) or for_ms milliseconds passed
 * (-1: no end). */
enum td_status td_sink_run(struct td_sink *sink, int for_ms, const volatile int *stop,
                           struct td_err *err);

#endif

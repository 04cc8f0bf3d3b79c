/*
 * tls.h: the server's side of TLS for the sink's sessions (libssl), on sockets that do not block.
 */
#ifndef TD_SINK_TLS_H
#define TD_SINK_TLS_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct td_tls; /* a certificate and its key */

/*
 * cert, key: PEM files; TD_NOINPUT or TD_DATA when they cannot be used. Both NULL: a key and a
 * certificate of its own, signed by itself, for 127.0.0.1, ::1 and localhost.
 */
enum td_status td_tls_create(struct td_tls **out, const char *cert, const char *key,
                             struct td_err *err);
void td_tls_destroy(struct td_tls *tls); /* NULL is fine */

/* The certificate of its own as PEM, for clients to trust; dies with it. Absent where one was given. */
struct td_slice td_tls_certificate(const struct td_tls *tls);

struct td_tls_session;

/* The socket stays the caller's. */
struct td_tls_session *td_tls_begin(struct td_tls *tls, int fd);
void td_tls_end(
    struct td_tls_session *session); /* NULL is fine; says nothing to the client */

enum td_tls_step {
    TD_TLS_DONE,
    TD_TLS_READS,  /* again when the socket can be read */
    TD_TLS_WRITES, /* again when it can be written */
    TD_TLS_LOST,
};
enum td_tls_step td_tls_shake(struct td_tls_session *session);

/* *n: the octets moved, where it is TD_TLS_DONE. */
enum td_tls_step td_tls_read(struct td_tls_session *session, char *room, size_t size,
                             size_t *n);
enum td_tls_step td_tls_write(struct td_tls_session *session, struct td_slice bytes,
                              size_t *n);

#endif

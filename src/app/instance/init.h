/*
 * init.h: `tidings init`: a ready directory.
 */
#ifndef TD_APP_INIT_H
#define TD_APP_INIT_H

#include "base/err.h"

struct td_init_options {
    const char *dir;
    const char *domain;    /* NULL: example.org, and `check` says so */
    const char *relay_url; /* NULL: smtp://127.0.0.1:25 */
    const char *database;  /* NULL: sqlite:queue/tidings.db */
};

/* Makes conf/ conf/keys/ templates/ subscribers/incoming/ queue/ briefings/daily,live,weekly.
 * TD_CANTCREAT when dir holds a conf/tidings.yaml already; nothing is overwritten. */
enum td_status td_init(const struct td_init_options *options, struct td_err *err);

#endif

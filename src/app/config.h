/*
 * config.h: conf/tidings.yaml as values, checked. conf/tidings.yaml in the source tree is the
 * commented reference of every key; it is embedded and `tidings init` writes it from there.
 */
#ifndef TD_APP_CONFIG_H
#define TD_APP_CONFIG_H

#include "base/arena.h"
#include "base/crypto.h"
#include "model/newsletter.h"
#include "model/verdict.h"

struct td_config {
    const char *dir;            /* the instance's directory; relative paths in the file start here */
    const char *file;           /* the file read */
    const char *domain;         /* "news.example" */
    const char *helo;           /* EHLO name; default: domain */
    const char *database;       /* "sqlite:/abs/path" */
    const char *bounce_local;   /* "bounce": VERP sender is LOCAL DELIMITER TOKEN @ DOMAIN */
    const char *bounce_domain;
    char bounce_delimiter;      /* '+' */
    const char *web_base_url;   /* without a '/' at the end; NULL: not set */
    const char *keys_dir;       /* 0700, files 0600 */
    const char *templates_dir;
    const char *briefings_dir;
    const char *subscribers_dir;
    struct td_policy retry;
    const struct td_relay *relays;
    size_t relay_count;
    const struct td_newsletter *newsletters;
    size_t newsletter_count;
    struct td_arena *arena;     /* owned; all of the above live here */
};

/* A fault of form or meaning, with where it stands. */
struct td_fault {
    char path[128];   /* "newsletters[0].postal_address"; "" for the file as a whole */
    int line;         /* of the file, from 1; 0 unknown */
    bool warning;     /* does not stop anything by itself */
    char text[300];
};
#define TD_FAULTS_MAX 64
struct td_faults {
    struct td_fault items[TD_FAULTS_MAX];
    size_t count;
    size_t errors;    /* of those, not warnings; counts past the maximum too */
};

/*
 * Reads dir/conf/tidings.yaml, or file when not NULL. faults gets the first fault of the schema,
 * or every fault of meaning (each with key path and line). TD_CONFIG when there is an error among
 * them, with the first in err as "file:line: key: what is wrong"; *out is made only without errors.
 */
enum td_status td_config_load(const char *dir, const char *file, struct td_config **out,
                              struct td_faults *faults, struct td_err *err);
void td_config_destroy(struct td_config *config);

const struct td_newsletter *td_config_newsletter(const struct td_config *config,
                                                 struct td_slice name); /* NULL: no such */

#endif

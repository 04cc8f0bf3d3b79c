/*
 * config.h: conf/tidings.yaml as values, checked. conf/tidings.yaml in the source tree is the
 * commented reference of every key; it is embedded and `tidings init` writes it from there.
 *
 * The file goes through three steps, each of which ends the way when it finds an error:
 *   form     yamltree.c       is it plain YAML; which line is what
 *   schema   config_schema.c  known keys, required keys, lists and maps where they belong (libcyaml)
 *   meaning  config_build.c, config_newsletter.c and others, with the values of config_value.c
 *
 * To add a key: a member in config_raw.h, a row in config_schema.c, its meaning in one of the
 * builders, its paragraph in conf/tidings.yaml.
 */
#ifndef TD_APP_CONFIG_H
#define TD_APP_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "delivery/dkim.h"
#include "model/newsletter.h"
#include "model/relay.h"
#include "model/verdict.h"
#include "outcome/breaker.h"
#include "mailbox/mailbox.h"
#include "outcome/score.h"
#include "app/config/secret.h"

#define TD_CONFIG_FILE "conf/tidings.yaml" /* in the instance's directory */

/* `tidings init` without --domain writes this one; `check` speaks of it while it stands. */
#define TD_CONFIG_DOMAIN_UNSET "example.org"

/* How people join by themselves, and how often a stranger may make us write to them. */
struct td_optin_policy {
    td_time remind_after; /* 0: never */
    td_time forget_after;
    bool welcome, latest, goodbye;
    int per_address; /* confirmations and reminders to one address in a week */
    int per_source;  /* signups from one source in an hour */
    int per_hour;    /* confirmations in an hour, altogether */
};
struct td_optin_policy td_optin_policy_default(void);

/* Where the web role listens. */
struct td_listen {
    const char *host; /* a number, without brackets */
    int port;         /* 0: one of the kernel's choosing */
    bool ipv6;
};

/* How what comes back is judged (`bounce:`). */
struct td_bounce_config {
    td_time accept_for; /* so long after a message was due */
    struct td_score_policy score;
    td_time delivered_after; /* what did not come back by then was delivered */
    int outage_share;        /* percent of a domain; 0: no guard */
    int outage_least;        /* and at least so many subscribers */
    td_time outage_wait;
    bool probe;  /* ask by a mail before anybody is suspended for bounces */
    int blocked; /* so many say that we are blocked: hold the edition; 0: never */
    td_time keep_raw;
};

/* A mailbox that is read (`bounces:`, `commands:`). */
struct td_postbox {
    struct td_mailbox_config mailbox; /* without its secret */
    struct td_secret_source secret;
    td_time every;
};
struct td_postboxes {
    const char *key; /* under which they stand: "bounces" */
    const struct td_postbox *items;
    size_t count;
};

/* How long what is kept (app/keep/retention.h). */
struct td_retention {
    td_time queue_ids; /* attempts by which a message was sent: 14 days */
    td_time attempts;  /* all others: 90 days */
    td_time messages;  /* rows of messages, after their deadline: 90 days */
    td_time files;     /* of people: done, refused, import errors: 90 days */
};

struct td_config {
    const char *dir;  /* the instance's directory, absolute; relative paths start here */
    const char *file; /* the file read */
    const char *domain;   /* "news.example"; A-labels */
    const char *helo;     /* EHLO name; default: domain */
    const char *database; /* "sqlite:/abs/path" */
    const char
        *bounce_local; /* "bounce": VERP sender is LOCAL DELIMITER TOKEN @ DOMAIN */
    const char *bounce_domain;
    char bounce_delimiter; /* '+' */
    struct td_bounce_config bounce;
    struct td_postboxes bounce_boxes;
    const char *web_base_url; /* without a '/' at the end; NULL: not set */
    struct td_listen web_listen;
    struct td_optin_policy optin;
    const struct td_mail_commands *commands; /* NULL: no mail is read */
    struct td_postboxes command_boxes;
    const char *keys_dir;          /* DIR/conf/keys: 0700, files 0600 */
    const char *templates_dir;     /* DIR/templates/mail */
    const char *web_templates_dir; /* DIR/templates/web */
    const char *briefings_dir;     /* DIR/briefings */
    const char *subscribers_dir;   /* DIR/subscribers */
    struct td_policy retry;
    struct td_breaker breaker;
    struct td_retention retention;
    const struct td_dkim_key *dkim_keys; /* what signs in them is owned by us */
    size_t dkim_key_count;               /* 0: mail is not signed here */
    bool dkim_by_relay;                  /* `dkim: relay` */
    const struct td_relay *relays;       /* at least one */
    size_t relay_count;
    const struct td_newsletter *newsletters; /* at least one */
    size_t newsletter_count;
    const struct td_newsletter
        *signup_newsletter;            /* of rows that name none; NULL: they must */
    const char *const *signup_trusted; /* sources whose files may state a basis */
    size_t signup_trusted_count;
    const struct td_yaml *source; /* for td_config_line */
    struct td_arena *arena;       /* owned; all of the above live here */
};

/* A fault of form or meaning, with where it stands. */
struct td_fault {
    char path[128]; /* "newsletters[0].postal_address"; "" for the file as a whole */
    int line;       /* of the file, from 1; 0 unknown */
    bool warning;   /* does not stop anything by itself */
    char text[800]; /* room for all keys there are, where one is unknown */
};
#define TD_FAULTS_MAX 64
struct td_faults {
    struct td_fault items[TD_FAULTS_MAX];
    size_t count;
    size_t errors;   /* of those, not warnings; counts past the maximum too */
    size_t warnings; /* likewise */
};

/* Where a fault stands. */
struct td_fault_at {
    bool warning;
    int line;
    const char *path; /* borrowed */
};
void td_faults_add(struct td_faults *faults, struct td_fault_at at, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));

/* By line; those of one line stay in the order in which they were found. */
void td_faults_sort(struct td_faults *faults);

/*
 * Reads dir/conf/tidings.yaml, or file when not NULL (a path like any other on the command line:
 * not relative to dir). faults gets every fault of the first step that finds an error, sorted, and
 * every warning of meaning. TD_CONFIG when there is an error among them, with the first in err as
 * "file:line: key: what is wrong"; *out is made only without errors.
 */
enum td_status td_config_load(const char *dir, const char *file, struct td_config **out,
                              struct td_faults *faults, struct td_err *err);
void td_config_destroy(struct td_config *config); /* NULL is fine */

const struct td_newsletter *td_config_newsletter(
    const struct td_config *config, struct td_slice name); /* NULL: no such */

/* Whether mail can leave this machine: some relay is not a loopback address. */
bool td_config_remote(const struct td_config *config);

/* Line of the file where the key of that path stands, or its nearest parent. */
int td_config_line(const struct td_config *config, const char *path);

#endif

/*
 * config_raw.h: conf/tidings.yaml as libcyaml reads it: words, not yet values. Only the builders of
 * configuration include this. A NULL member was not in the file.
 */
#ifndef TD_APP_CONFIG_RAW_H
#define TD_APP_CONFIG_RAW_H

#include "app/config/config.h"
#include "app/config/yamltree.h"
#include "model/theme.h"

struct td_raw_relay {
    char *name, *url, *tls, *ca_file, *cert_file, *key_file;
    char *user, *password_file, *auth, *token_file;
    char **token_command, **domains, **warm_up, **sends_from;
    unsigned token_command_count, domains_count, warm_up_count, sends_from_count;
    char *weight, *sessions, *rate, *hourly, *daily, *warm_up_from;
};

struct td_raw_topic {
    char *name, *title;
    char **keywords;
    unsigned keywords_count;
};

struct td_raw_theme {
    char *colours[2 * TD_COLOURS]; /* by colour: light, dark, light, … */
    char *text_font, *label_font;
    char *logo, *logo_alt, *logo_width;
};

struct td_raw_newsletter {
    char *name, *title, *kind;
    char *from_name, *from_address, *reply_to, *list_id, *language;
    char *subject, *greeting, *greeting_fallback, *template_name;
    char *postal_address, *company, *operator;
    char *zone, *at, *valid_for, *in_doubt;
    char *schedule, *starts, *assemble_at, *wait_until, *max_lateness, *approval;
    char *gathers, *digest_after, *closes, *alerts;
    char **digests;
    unsigned digests_count;
    char **holidays;
    unsigned holidays_count;
    char **topics; /* NULL: all */
    unsigned topics_count;
    char **cadences; /* NULL: each */
    unsigned cadences_count;
    struct td_raw_theme theme;
};

struct td_raw_web {
    char *base_url, *listen;
};

struct td_raw_optin {
    char *remind_after, *forget_after;
    char *welcome, *latest, *goodbye;
    char *per_address, *per_source, *per_hour;
};

struct td_raw_publisher {
    char *postal_address, *company, *operator;
};

struct td_raw_signups {
    char *newsletter;
    char **trusted;
    unsigned trusted_count;
};

struct td_raw_retry {
    char *first, *longest, *jitter;
};

struct td_raw_breaker {
    char *refused, *blocked, *after;
};

struct td_raw_bounce {
    char *accept_for, *hard, *soft, *soft_span, *stale_after, *delivered_after;
    char *outage_share, *outage_least, *outage_wait, *blocked, *probe, *keep_raw;
};

struct td_raw_mailbox {
    char *name, *url, *user, *password_file, *password_command, *token_file,
        *token_command;
    char *ca_file, *then, *move_to, *every;
};

struct td_raw_retention {
    char *files;
    char *queue_ids, *attempts, *messages;
};

struct td_raw_config {
    char *domain, *helo, *database, *bounce_address, *command_address;
    struct td_raw_bounce bounce;
    struct td_raw_mailbox *bounces;
    unsigned bounces_count;
    struct td_raw_mailbox *commands;
    unsigned commands_count;
    struct td_raw_web web;
    struct td_raw_optin optin;
    struct td_raw_publisher publisher;
    struct td_raw_signups signups;
    struct td_raw_retry retry;
    struct td_raw_breaker breaker;
    struct td_raw_retention retention;
    struct td_raw_theme theme;
    struct td_raw_relay *relays;
    unsigned relays_count;
    struct td_raw_topic *topics;
    unsigned topics_count;
    struct td_raw_newsletter *newsletters;
    unsigned newsletters_count;
};

/* Every fault of the tree against the schema: unknown, repeated and missing keys, wrong kinds. */
void td_schema_check(const struct td_yaml *root, struct td_faults *faults);

/* Reads the text of a tree without faults; td_raw_free. NULL after a fault was added. */
struct td_raw_config *td_raw_load(struct td_slice text, struct td_faults *faults);
void td_raw_free(struct td_raw_config *raw);

#endif

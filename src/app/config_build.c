/* What the words of conf/tidings.yaml mean, all but topics and newsletters (config_build.h). */
#include "app/config_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config_value.h"
#include "app/keys.h"
#include "base/file.h"

#define DATABASE_DEFAULT "sqlite:queue/tidings.db"
#define SESSIONS_DEFAULT 20
#define SESSIONS_MAX     1000
#define PASSWORD_MAX     1000

static const char *join(struct td_arena *arena, const char *dir, const char *name)
{
    char *path = td_path_join(dir, name);
    const char *kept = td_arena_strdup(arena, path);
    free(path);
    return kept;
}

static void build_layout(struct td_config *config)
{
    config->keys_dir = join(config->arena, config->dir, "conf/keys");
    config->templates_dir = join(config->arena, config->dir, "templates/mail");
    config->web_templates_dir = join(config->arena, config->dir, "templates/web");
    config->briefings_dir = join(config->arena, config->dir, "briefings");
    config->subscribers_dir = join(config->arena, config->dir, "subscribers");
}

static void build_bounce(const struct td_place *place, struct td_config *config)
{
    struct td_err err;
    struct td_bounce_address bounce = {
        .local = "bounce", .delimiter = '+', .domain = config->domain};
    const char *text = place->builder->raw->bounce_address;
    if (text && td_value_bounce(config->arena, text, &bounce, &err) != TD_OK)
        td_fault_at(place, "bounce_address", "%s", err.text);
    config->bounce_local = bounce.local;
    config->bounce_delimiter = bounce.delimiter;
    config->bounce_domain = bounce.domain;
}

static void build_site(const struct td_place *place, struct td_config *config)
{
    const struct td_raw_config *raw = place->builder->raw;
    struct td_err err;
    config->domain = td_take_domain(place, (struct td_word){"domain", raw->domain}, NULL);
    config->helo =
        td_take_domain(place, (struct td_word){"helo", raw->helo}, config->domain);
    if (td_value_database(config->arena, raw->database ? raw->database : DATABASE_DEFAULT,
                          config->dir, &config->database, &err) != TD_OK)
        td_fault_at(place, "database", "%s", err.text);
    build_bounce(place, config);
    if (raw->web.base_url && td_value_base_url(config->arena, raw->web.base_url,
                                               &config->web_base_url, &err) != TD_OK)
        td_fault_at(place, "web.base_url", "%s", err.text);
}

static void build_retry(const struct td_place *place, struct td_config *config)
{
    const struct td_raw_retry *raw = &place->builder->raw->retry;
    struct td_policy policy = td_policy_default();
    struct td_bounds percent = {0, 50, policy.jitter_percent};
    policy.first = td_take_duration(place, (struct td_word){"retry.first", raw->first},
                                    policy.first);
    policy.longest = td_take_duration(
        place, (struct td_word){"retry.longest", raw->longest}, policy.longest);
    policy.jitter_percent =
        td_take_int(place, (struct td_word){"retry.jitter", raw->jitter}, percent);
    if (policy.longest > 0 && policy.first > policy.longest)
        td_fault_at(place, raw->longest ? "retry.longest" : "retry.first",
                    "the longest wait is shorter than the first");
    config->retry = policy;
}

static void build_retention(const struct td_place *place, struct td_config *config)
{
    const struct td_raw_retention *raw = &place->builder->raw->retention;
    struct td_retention *keep = &config->retention;
    keep->queue_ids = td_take_duration(
        place, (struct td_word){"retention.queue_ids", raw->queue_ids}, 14 * TD_DAY);
    keep->attempts = td_take_duration(
        place, (struct td_word){"retention.attempts", raw->attempts}, 90 * TD_DAY);
    keep->messages = td_take_duration(
        place, (struct td_word){"retention.messages", raw->messages}, 90 * TD_DAY);
    if (keep->messages > 0 && keep->messages < config->bounce.accept_for)
        td_fault_at(
            place, "retention.messages",
            "a bounce is taken for longer (bounce.accept_for, %lld days): its message "
            "has to be there",
            (long long)(config->bounce.accept_for / TD_DAY));
}

/* ---- relays ---- */

static const char *read_password(const struct td_place *place, const char *name)
{
    struct td_arena *arena = place->builder->config->arena;
    char *path = td_path_join(place->builder->config->dir, name);
    const char *password = NULL;
    struct td_buf secret;
    struct td_err err;
    td_buf_init(&secret, PASSWORD_MAX);
    if (td_secret_read(path, &secret, &err) != TD_OK)
        td_fault_at(place, "password_file", "%s", err.text);
    else if (secret.len == 0)
        td_fault_at(place, "password_file", "%s is empty", path);
    else if (td_slice_find_control(td_buf_slice(&secret)) != (size_t)-1)
        td_fault_at(place, "password_file", "%s has a control character or a second line",
                    path);
    else
        password = td_arena_copy(arena, td_buf_slice(&secret)).ptr;
    if (secret.cap > 0)
        explicit_bzero(secret.ptr, secret.cap);
    td_buf_release(&secret);
    free(path);
    return password;
}

static void build_credentials(const struct td_place *place,
                              const struct td_raw_relay *raw, struct td_relay *relay)
{
    relay->user = td_take_line(place, (struct td_word){"user", raw->user}, NULL);
    if (raw->user && !raw->password_file)
        td_fault_at(place, "user", "a user without a password_file");
    else if (raw->password_file && !raw->user)
        td_fault_at(place, "password_file", "a password_file without a user");
    else if (raw->password_file)
        relay->password = read_password(place, raw->password_file);
}

/* Standards J1, J4: nothing goes out in clear but on this machine, and a password never. */
static void build_tls(const struct td_place *place, const struct td_raw_relay *raw,
                      struct td_relay *relay)
{
    static const char *const choices[] = {"required", "opportunistic", "none", NULL};
    relay->tls =
        (enum td_tls)td_take_choice(place, (struct td_word){"tls", raw->tls}, choices);
    if (!raw->tls && relay->loopback && !raw->user && !relay->implicit_tls)
        relay->tls = TD_TLS_NONE;
    if (relay->tls != TD_TLS_REQUIRED && relay->implicit_tls)
        td_fault_at(place, "tls",
                    "smtps:// is TLS from the first byte; leave this key out");
    else if (relay->tls != TD_TLS_REQUIRED && raw->user)
        td_fault_at(place, "tls", "a password goes over required TLS only");
    else if (relay->tls == TD_TLS_NONE && !relay->loopback)
        td_fault_at(place, "tls", "none is for relays on this machine (loopback) only");
    if (!raw->ca_file)
        return;
    relay->ca_file =
        join(place->builder->config->arena, place->builder->config->dir, raw->ca_file);
    if (access(relay->ca_file, R_OK) != 0)
        td_fault_at(place, "ca_file", "%s cannot be read", relay->ca_file);
    else if (relay->tls == TD_TLS_NONE)
        td_fault_at(place, "ca_file", "a ca_file without TLS");
}

static void build_relay(const struct td_place *place, const struct td_raw_relay *raw,
                        struct td_relay *relay)
{
    struct td_bounds sessions = {1, SESSIONS_MAX, SESSIONS_DEFAULT};
    struct td_err err;
    relay->name = td_take_name(place, (struct td_word){"name", raw->name});
    relay->weight = 1;
    relay->sessions =
        td_take_int(place, (struct td_word){"sessions", raw->sessions}, sessions);
    if (td_value_relay_url(place->builder->config->arena, raw->url, relay, &err) !=
        TD_OK) {
        td_fault_at(place, "url", "%s", err.text);
        return; /* what follows depends on where it is */
    }
    build_credentials(place, raw, relay);
    build_tls(place, raw, relay);
}

static void build_relays(struct td_builder *builder)
{
    const struct td_raw_config *raw = builder->raw;
    size_t count = raw->relays_count;
    struct td_relay *relays =
        td_arena_alloc(builder->config->arena, count * sizeof *relays);
    for (size_t i = 0; i < count; i++) {
        struct td_place place = td_place(builder, "relays", i);
        build_relay(&place, &raw->relays[i], &relays[i]);
        for (size_t j = 0; j < i; j++)
            if (strcmp(raw->relays[j].name, raw->relays[i].name) == 0) {
                td_fault_at(&place, "name", "relays[%zu] is called \"%s\" too", j,
                            raw->relays[j].name);
                break;
            }
    }
    if (count > 1) {
        struct td_place second = td_place(builder, "relays", 1);
        td_note_at(&second, true, "name",
                   "not used: this version sends by the first relay only");
    }
    builder->config->relays = relays;
    builder->config->relay_count = count;
}

/* What may wait while mail stays on this machine, and may not when it can leave. */
static void check_public(const struct td_place *place, const struct td_config *config)
{
    bool remote = td_config_remote(config);
    const char *url = config->web_base_url;
    if (config->domain && strcmp(config->domain, TD_CONFIG_DOMAIN_UNSET) == 0)
        td_note_at(place, !remote, "domain",
                   "%s is the example of `tidings init`: write your own",
                   TD_CONFIG_DOMAIN_UNSET);
    if (!place->builder->raw->web.base_url)
        td_note_at(
            place, !remote, "web.base_url",
            "not set: links to unsubscribe lead nowhere (RFC 8058); until then only "
            "loopback relays are used");
    else if (remote && url && !td_slice_istarts(td_slice(url), "https:"))
        td_fault_at(place, "web.base_url",
                    "https is wanted where a relay is not a loopback one");
}

void td_config_build(struct td_builder *builder)
{
    struct td_place file = td_place(builder, NULL, 0);
    build_layout(builder->config);
    build_site(&file, builder->config);
    build_retry(&file, builder->config);
    build_relays(builder);
    td_build_optin(builder);
    td_build_newsletters(builder);
    td_build_dkim(builder);
    td_build_people(builder);
    td_build_bounces(builder);
    build_retention(&file, builder->config);
    check_public(&file, builder->config);
}

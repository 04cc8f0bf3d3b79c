/* What the words of conf/tidings.yaml mean, all but topics and newsletters (config_build.h). */
#include "app/config/config_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config/config_value.h"
#include "app/config/keys.h"
#include "base/file.h"

#define DATABASE_DEFAULT "sqlite:queue/tidings.db"

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

static void build_breaker(const struct td_place *place, struct td_config *config)
{
    const struct td_raw_breaker *raw = &place->builder->raw->breaker;
    struct td_breaker breaker = td_breaker_default();
    struct td_bounds refused = {0, 100, breaker.refused};
    struct td_bounds blocked = {0, 100, breaker.blocked};
    struct td_bounds after = {1, 1000000, breaker.after};
    config->breaker = (struct td_breaker){
        .refused = td_take_int(place, (struct td_word){"breaker.refused", raw->refused},
                               refused),
        .blocked = td_take_int(place, (struct td_word){"breaker.blocked", raw->blocked},
                               blocked),
        .after = td_take_int(place, (struct td_word){"breaker.after", raw->after}, after),
    };
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
    keep->files = td_take_duration(place, (struct td_word){"retention.files", raw->files},
                                   90 * TD_DAY);
    if (keep->messages > 0 && keep->messages < config->bounce.accept_for)
        td_fault_at(
            place, "retention.messages",
            "a bounce is taken for longer (bounce.accept_for, %lld days): its message "
            "has to be there",
            (long long)(config->bounce.accept_for / TD_DAY));
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
    td_build_relays(builder);
    td_build_optin(builder);
    td_build_newsletters(builder);
    td_build_dkim(builder);
    td_build_people(builder);
    td_build_bounces(builder);
    td_build_mailboxes(builder);
    build_breaker(&file, builder->config);
    build_retention(&file, builder->config);
    check_public(&file, builder->config);
}

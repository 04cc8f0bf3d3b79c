/*
 * The schema of conf/tidings.yaml, for libcyaml.
 *
 * Every scalar is read as a string: libcyaml takes `12x` for 12 and `maybe` for true.
 */
#include "app/config/config_raw.h"
#include "app/config/config_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cyaml/cyaml.h>

#include "base/buf.h"

#define DOMAINS_MAX     1000
#define WARM_UP_MAX     100
#define NEWSLETTERS_MAX 500
#define TOPICS_MAX      500
#define KEYWORDS_MAX    500
#define HOLIDAYS_MAX    50
#define MAILBOXES_MAX   20
#define DIGESTS_MAX     96
#define CADENCES_MAX    3
#define SOURCES_MAX     100

#define NEED CYAML_FLAG_POINTER
#define MAY  (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

#define TEXT(key, flags, of, member)                                                     \
    CYAML_FIELD_STRING_PTR(key, flags, of, member, 0, CYAML_UNLIMITED)

static const cyaml_schema_value_t word = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t relay_fields[] = {
    TEXT("name", NEED, struct td_raw_relay, name),
    TEXT("url", NEED, struct td_raw_relay, url),
    TEXT("tls", MAY, struct td_raw_relay, tls),
    TEXT("ca_file", MAY, struct td_raw_relay, ca_file),
    TEXT("cert_file", MAY, struct td_raw_relay, cert_file),
    TEXT("key_file", MAY, struct td_raw_relay, key_file),
    TEXT("user", MAY, struct td_raw_relay, user),
    TEXT("password_file", MAY, struct td_raw_relay, password_file),
    TEXT("auth", MAY, struct td_raw_relay, auth),
    TEXT("token_file", MAY, struct td_raw_relay, token_file),
    CYAML_FIELD_SEQUENCE("token_command", MAY, struct td_raw_relay, token_command, &word,
                         1, KEYWORDS_MAX),
    CYAML_FIELD_SEQUENCE("domains", MAY, struct td_raw_relay, domains, &word, 1,
                         DOMAINS_MAX),
    TEXT("weight", MAY, struct td_raw_relay, weight),
    TEXT("sessions", MAY, struct td_raw_relay, sessions),
    TEXT("rate", MAY, struct td_raw_relay, rate),
    TEXT("hourly", MAY, struct td_raw_relay, hourly),
    TEXT("daily", MAY, struct td_raw_relay, daily),
    CYAML_FIELD_SEQUENCE("warm_up", MAY, struct td_raw_relay, warm_up, &word, 1,
                         WARM_UP_MAX),
    TEXT("warm_up_from", MAY, struct td_raw_relay, warm_up_from),
    CYAML_FIELD_SEQUENCE("sends_from", MAY, struct td_raw_relay, sends_from, &word, 1,
                         DOMAINS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t relay = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct td_raw_relay, relay_fields),
};

static const cyaml_schema_field_t topic_fields[] = {
    TEXT("name", NEED, struct td_raw_topic, name),
    TEXT("title", MAY, struct td_raw_topic, title),
    CYAML_FIELD_SEQUENCE("keywords", MAY, struct td_raw_topic, keywords, &word, 0,
                         KEYWORDS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t topic = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct td_raw_topic, topic_fields),
};

static const cyaml_schema_field_t theme_fields[] = {
    TEXT("accent", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_ACCENT]),
    TEXT("accent_dark", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_ACCENT + 1]),
    TEXT("page", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_PAGE]),
    TEXT("page_dark", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_PAGE + 1]),
    TEXT("paper", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_PAPER]),
    TEXT("paper_dark", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_PAPER + 1]),
    TEXT("ink", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_INK]),
    TEXT("ink_dark", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_INK + 1]),
    TEXT("quiet", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_QUIET]),
    TEXT("quiet_dark", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_QUIET + 1]),
    TEXT("rule", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_RULE]),
    TEXT("rule_dark", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_RULE + 1]),
    TEXT("tint", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_TINT]),
    TEXT("tint_dark", MAY, struct td_raw_theme, colours[2 * TD_COLOUR_TINT + 1]),
    TEXT("text_font", MAY, struct td_raw_theme, text_font),
    TEXT("label_font", MAY, struct td_raw_theme, label_font),
    TEXT("logo", MAY, struct td_raw_theme, logo),
    TEXT("logo_alt", MAY, struct td_raw_theme, logo_alt),
    TEXT("logo_width", MAY, struct td_raw_theme, logo_width),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t newsletter_fields[] = {
    TEXT("name", NEED, struct td_raw_newsletter, name),
    TEXT("title", NEED, struct td_raw_newsletter, title),
    TEXT("kind", NEED, struct td_raw_newsletter, kind),
    TEXT("from_name", MAY, struct td_raw_newsletter, from_name),
    TEXT("from_address", NEED, struct td_raw_newsletter, from_address),
    TEXT("reply_to", MAY, struct td_raw_newsletter, reply_to),
    TEXT("list_id", MAY, struct td_raw_newsletter, list_id),
    TEXT("language", MAY, struct td_raw_newsletter, language),
    TEXT("zone", NEED, struct td_raw_newsletter, zone),
    TEXT("at", MAY, struct td_raw_newsletter, at),
    TEXT("schedule", MAY, struct td_raw_newsletter, schedule),
    TEXT("starts", MAY, struct td_raw_newsletter, starts),
    CYAML_FIELD_SEQUENCE("holidays", MAY, struct td_raw_newsletter, holidays, &word, 0,
                         HOLIDAYS_MAX),
    TEXT("assemble_at", MAY, struct td_raw_newsletter, assemble_at),
    TEXT("wait_until", MAY, struct td_raw_newsletter, wait_until),
    TEXT("max_lateness", MAY, struct td_raw_newsletter, max_lateness),
    TEXT("approval", MAY, struct td_raw_newsletter, approval),
    CYAML_FIELD_SEQUENCE("digests", MAY, struct td_raw_newsletter, digests, &word, 1,
                         DIGESTS_MAX),
    TEXT("gathers", MAY, struct td_raw_newsletter, gathers),
    TEXT("digest_after", MAY, struct td_raw_newsletter, digest_after),
    TEXT("closes", MAY, struct td_raw_newsletter, closes),
    TEXT("alerts", MAY, struct td_raw_newsletter, alerts),
    TEXT("valid_for", NEED, struct td_raw_newsletter, valid_for),
    TEXT("in_doubt", MAY, struct td_raw_newsletter, in_doubt),
    TEXT("template", NEED, struct td_raw_newsletter, template_name),
    TEXT("subject", MAY, struct td_raw_newsletter, subject),
    TEXT("greeting", MAY, struct td_raw_newsletter, greeting),
    TEXT("greeting_fallback", MAY, struct td_raw_newsletter, greeting_fallback),
    TEXT("postal_address", MAY, struct td_raw_newsletter, postal_address),
    TEXT("company", MAY, struct td_raw_newsletter, company),
    TEXT("operator", MAY, struct td_raw_newsletter, operator),
    CYAML_FIELD_SEQUENCE("topics", MAY, struct td_raw_newsletter, topics, &word, 0,
                         TOPICS_MAX),
    CYAML_FIELD_SEQUENCE("cadences", MAY, struct td_raw_newsletter, cadences, &word, 1,
                         CADENCES_MAX),
    CYAML_FIELD_MAPPING("theme", CYAML_FLAG_OPTIONAL, struct td_raw_newsletter, theme,
                        theme_fields),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t newsletter = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct td_raw_newsletter, newsletter_fields),
};

static const cyaml_schema_field_t web_fields[] = {
    TEXT("base_url", MAY, struct td_raw_web, base_url),
    TEXT("listen", MAY, struct td_raw_web, listen),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t optin_fields[] = {
    TEXT("remind_after", MAY, struct td_raw_optin, remind_after),
    TEXT("forget_after", MAY, struct td_raw_optin, forget_after),
    TEXT("welcome", MAY, struct td_raw_optin, welcome),
    TEXT("latest", MAY, struct td_raw_optin, latest),
    TEXT("goodbye", MAY, struct td_raw_optin, goodbye),
    TEXT("per_address", MAY, struct td_raw_optin, per_address),
    TEXT("per_source", MAY, struct td_raw_optin, per_source),
    TEXT("per_hour", MAY, struct td_raw_optin, per_hour),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t publisher_fields[] = {
    TEXT("postal_address", MAY, struct td_raw_publisher, postal_address),
    TEXT("company", MAY, struct td_raw_publisher, company),
    TEXT("operator", MAY, struct td_raw_publisher, operator),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t signups_fields[] = {
    TEXT("newsletter", MAY, struct td_raw_signups, newsletter),
    CYAML_FIELD_SEQUENCE("trusted", MAY, struct td_raw_signups, trusted, &word, 0,
                         SOURCES_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t retry_fields[] = {
    TEXT("first", MAY, struct td_raw_retry, first),
    TEXT("longest", MAY, struct td_raw_retry, longest),
    TEXT("jitter", MAY, struct td_raw_retry, jitter),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t bounce_fields[] = {
    TEXT("accept_for", MAY, struct td_raw_bounce, accept_for),
    TEXT("hard", MAY, struct td_raw_bounce, hard),
    TEXT("soft", MAY, struct td_raw_bounce, soft),
    TEXT("soft_span", MAY, struct td_raw_bounce, soft_span),
    TEXT("stale_after", MAY, struct td_raw_bounce, stale_after),
    TEXT("delivered_after", MAY, struct td_raw_bounce, delivered_after),
    TEXT("outage_share", MAY, struct td_raw_bounce, outage_share),
    TEXT("outage_least", MAY, struct td_raw_bounce, outage_least),
    TEXT("outage_wait", MAY, struct td_raw_bounce, outage_wait),
    TEXT("blocked", MAY, struct td_raw_bounce, blocked),
    TEXT("probe", MAY, struct td_raw_bounce, probe),
    TEXT("keep_raw", MAY, struct td_raw_bounce, keep_raw),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t mailbox_fields[] = {
    TEXT("name", NEED, struct td_raw_mailbox, name),
    TEXT("url", NEED, struct td_raw_mailbox, url),
    TEXT("user", MAY, struct td_raw_mailbox, user),
    TEXT("password_file", MAY, struct td_raw_mailbox, password_file),
    TEXT("password_command", MAY, struct td_raw_mailbox, password_command),
    TEXT("token_file", MAY, struct td_raw_mailbox, token_file),
    TEXT("token_command", MAY, struct td_raw_mailbox, token_command),
    TEXT("ca_file", MAY, struct td_raw_mailbox, ca_file),
    TEXT("then", MAY, struct td_raw_mailbox, then),
    TEXT("move_to", MAY, struct td_raw_mailbox, move_to),
    TEXT("every", MAY, struct td_raw_mailbox, every),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t mailbox = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct td_raw_mailbox, mailbox_fields),
};

static const cyaml_schema_field_t breaker_fields[] = {
    TEXT("refused", MAY, struct td_raw_breaker, refused),
    TEXT("blocked", MAY, struct td_raw_breaker, blocked),
    TEXT("after", MAY, struct td_raw_breaker, after),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t retention_fields[] = {
    TEXT("queue_ids", MAY, struct td_raw_retention, queue_ids),
    TEXT("attempts", MAY, struct td_raw_retention, attempts),
    TEXT("messages", MAY, struct td_raw_retention, messages),
    TEXT("files", MAY, struct td_raw_retention, files),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t file_fields[] = {
    TEXT("domain", NEED, struct td_raw_config, domain),
    TEXT("helo", MAY, struct td_raw_config, helo),
    TEXT("database", MAY, struct td_raw_config, database),
    TEXT("bounce_address", MAY, struct td_raw_config, bounce_address),
    TEXT("command_address", MAY, struct td_raw_config, command_address),
    CYAML_FIELD_MAPPING("bounce", CYAML_FLAG_OPTIONAL, struct td_raw_config, bounce,
                        bounce_fields),
    CYAML_FIELD_SEQUENCE("bounces", MAY, struct td_raw_config, bounces, &mailbox, 0,
                         MAILBOXES_MAX),
    CYAML_FIELD_SEQUENCE("commands", MAY, struct td_raw_config, commands, &mailbox, 0,
                         MAILBOXES_MAX),
    CYAML_FIELD_MAPPING("web", CYAML_FLAG_OPTIONAL, struct td_raw_config, web,
                        web_fields),
    CYAML_FIELD_MAPPING("optin", CYAML_FLAG_OPTIONAL, struct td_raw_config, optin,
                        optin_fields),
    CYAML_FIELD_MAPPING("publisher", CYAML_FLAG_OPTIONAL, struct td_raw_config, publisher,
                        publisher_fields),
    CYAML_FIELD_MAPPING("signups", CYAML_FLAG_OPTIONAL, struct td_raw_config, signups,
                        signups_fields),
    CYAML_FIELD_SEQUENCE("relays", NEED, struct td_raw_config, relays, &relay, 1,
                         TD_RELAYS_MAX),
    CYAML_FIELD_MAPPING("retry", CYAML_FLAG_OPTIONAL, struct td_raw_config, retry,
                        retry_fields),
    CYAML_FIELD_MAPPING("breaker", CYAML_FLAG_OPTIONAL, struct td_raw_config, breaker,
                        breaker_fields),
    CYAML_FIELD_MAPPING("retention", CYAML_FLAG_OPTIONAL, struct td_raw_config, retention,
                        retention_fields),
    CYAML_FIELD_IGNORE("dkim", CYAML_FLAG_OPTIONAL), /* config_dkim.c */
    CYAML_FIELD_MAPPING("theme", CYAML_FLAG_OPTIONAL, struct td_raw_config, theme,
                        theme_fields),
    CYAML_FIELD_SEQUENCE("topics", MAY, struct td_raw_config, topics, &topic, 0,
                         TOPICS_MAX),
    CYAML_FIELD_SEQUENCE("newsletters", NEED, struct td_raw_config, newsletters,
                         &newsletter, 1, NEWSLETTERS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t file = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct td_raw_config, file_fields),
};

void td_schema_check(const struct td_yaml *root, struct td_faults *faults)
{
    td_schema_walk(&file, root, faults);
}

/* ---- libcyaml ---- */

/* A log function of libcyaml: the first error is the one that tells. */
static void keep_first(cyaml_log_t level, void *context, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void keep_first(cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct td_err *err = context;
    char text[sizeof err->text];
    if (level != CYAML_LOG_ERROR || err->text[0] != '\0')
        return;
    (void)vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    (void)td_fail(err, TD_CONFIG, "%s", text);
}

static cyaml_config_t reading(struct td_err *err)
{
    return (cyaml_config_t){
        .log_fn = keep_first,
        .log_ctx = err,
        .mem_fn = cyaml_mem,
        .log_level = CYAML_LOG_ERROR,
        .flags = CYAML_CFG_NO_ALIAS,
    };
}

struct td_raw_config *td_raw_load(struct td_slice text, struct td_faults *faults)
{
    struct td_err err = {0};
    cyaml_config_t config = reading(&err);
    cyaml_data_t *raw = NULL;
    cyaml_err_t status =
        cyaml_load_data((const uint8_t *)text.ptr, text.len, &config, &file, &raw, NULL);
    if (status == CYAML_OK && raw)
        return raw;
    td_faults_add(faults, (struct td_fault_at){.path = ""}, "%s",
                  err.text[0] != '\0' ? err.text : cyaml_strerror(status));
    return NULL;
}

void td_raw_free(struct td_raw_config *raw)
{
    struct td_err err = {0};
    cyaml_config_t config = reading(&err);
    (void)cyaml_free(&config, &file, raw, 0);
}

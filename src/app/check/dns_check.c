/* `check --dns` (dns_check.h). */
#include "app/check/dns_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/check/dns_rules.h"

const char *td_dns_severity_name(enum td_dns_severity severity)
{
    switch (severity) {
    case TD_DNS_OK: return "ok";
    case TD_DNS_WARNING: return "warning";
    case TD_DNS_UNKNOWN: return "unknown";
    case TD_DNS_ERROR: return "error";
    }
    return "?";
}

void td_dns_tell(const struct td_dns_look *look, enum td_dns_severity severity,
                 const char *check, const char *name, const char *format, ...)
{
    char text[1000];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct td_dns_finding finding = {severity, check, name, text};
    look->sink.found(look->sink.context, &finding);
}

/* "v=spf1" is the version of "v=spf1 mx" and of "v=spf1", not of "v=spf10". */
static bool is_version(struct td_slice text, const char *version)
{
    size_t len = strlen(version);
    return td_slice_istarts(text, version) &&
           (text.len == len || text.ptr[len] == ' ' || text.ptr[len] == ';');
}

enum td_status td_dns_record(const struct td_dns_look *look, const char *name,
                             const char *version, struct td_slice *out)
{
    struct td_dns_answer answer;
    struct td_err ignored;
    size_t found = 0;
    enum td_status status = td_dns_ask(look->dns, name, TD_DNS_TXT, &answer, &ignored);
    for (size_t i = 0; status == TD_OK && i < answer.count; i++)
        if (is_version(answer.items[i], version)) {
            *out = answer.items[i];
            found++;
        }
    if (status != TD_OK)
        return status;
    return found == 1 ? TD_OK : found == 0 ? TD_NO : TD_CONFLICT;
}

struct td_slice td_dns_tag(struct td_slice record, const char *tag)
{
    struct td_slice part;
    while (td_slice_token(&record, ";", &part)) {
        size_t equals = td_slice_find(part, 0, '=');
        if (equals != (size_t)-1 &&
            td_slice_is(td_slice_trim(td_slice_sub(part, 0, equals)), tag))
            return td_slice_trim(td_slice_sub(part, equals + 1, part.len));
    }
    return (struct td_slice){0};
}

/* --- keys ------------------------------------------------------------------------------------- */

/* A key may be written with white space in it. */
static bool same_key(struct td_slice a, struct td_slice b)
{
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        while (i < a.len && strchr(" \t\r\n", a.ptr[i]))
            i++;
        while (j < b.len && strchr(" \t\r\n", b.ptr[j]))
            j++;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if (a.ptr[i++] != b.ptr[j++])
            return false;
    }
}

static void judge_key(const struct td_dns_look *look, const char *name,
                      struct td_slice wanted, struct td_slice record)
{
    struct td_slice key = td_dns_tag(record, "p");
    if (!key.ptr || key.len == 0)
        td_dns_tell(look, TD_DNS_ERROR, "dkim", name, "the record revokes the key (p=)");
    else if (!same_key(key, td_dns_tag(wanted, "p")))
        td_dns_tell(look, TD_DNS_ERROR, "dkim", name,
                    "another key is published than the one that signs: every signature "
                    "fails");
    else if (td_slice_find(td_dns_tag(record, "t"), 0, 'y') != (size_t)-1)
        td_dns_tell(look, TD_DNS_WARNING, "dkim", name,
                    "t=y: receivers treat the mail as if it were not signed");
    else
        td_dns_tell(look, TD_DNS_OK, "dkim", name, "published as it signs");
}

static void check_key(const struct td_dns_look *look, const struct td_dkim_key *key)
{
    struct td_buf name;
    struct td_buf wanted;
    struct td_dns_answer answer;
    struct td_err ignored;
    td_buf_init(&name, 512);
    td_buf_init(&wanted, 4096);
    td_dkim_record(key, &name, &wanted);
    switch (td_dns_ask(look->dns, name.ptr, TD_DNS_TXT, &answer, &ignored)) {
    case TD_OK:
        if (answer.count == 1)
            judge_key(look, name.ptr, td_buf_slice(&wanted), answer.items[0]);
        else
            td_dns_tell(look, TD_DNS_ERROR, "dkim", name.ptr,
                        "%zu records: receivers may take any of them", answer.count);
        break;
    case TD_NO:
        td_dns_tell(look, TD_DNS_ERROR, "dkim", name.ptr,
                    "not published: `tidings check` prints the record");
        break;
    default: td_dns_tell(look, TD_DNS_UNKNOWN, "dkim", name.ptr, "no answer");
    }
    td_buf_release(&name);
    td_buf_release(&wanted);
}

static void check_keys(const struct td_dns_look *look, const struct td_config *config)
{
    for (size_t i = 0; i < config->dkim_key_count; i++)
        check_key(look, &config->dkim_keys[i]);
    if (config->dkim_by_relay)
        td_dns_tell(look, TD_DNS_OK, "dkim", config->domain,
                    "the relay signs: its keys are its own affair");
    else if (config->dkim_key_count == 0)
        td_dns_tell(look, TD_DNS_WARNING, "dkim", config->domain,
                    "mail is not signed here");
}

/* --- mail that comes in, and alignment --------------------------------------------------------- */

static void check_mx(const struct td_dns_look *look, const char *domain,
                     enum td_dns_severity severity, const char *what)
{
    struct td_dns_answer answer;
    struct td_err ignored;
    enum td_status status = td_dns_ask(look->dns, domain, TD_DNS_MX, &answer, &ignored);
    if (status == TD_OK && td_slice_is(answer.items[0], ".")) {
        td_dns_tell(look, severity, "mx", domain, "it takes no mail: %s", what);
        return;
    }
    if (status == TD_NO)
        status = td_dns_ask(look->dns, domain, TD_DNS_A, &answer, &ignored);
    if (status == TD_NO)
        status = td_dns_ask(look->dns, domain, TD_DNS_AAAA, &answer, &ignored);
    if (status == TD_OK)
        td_dns_tell(look, TD_DNS_OK, "mx", domain, "%.*s takes its mail",
                    (int)answer.items[0].len, answer.items[0].ptr);
    else
        td_dns_tell(look, status == TD_NO ? severity : TD_DNS_UNKNOWN, "mx", domain,
                    status == TD_NO ? "nothing takes its mail: %s" : "no answer about %s",
                    status == TD_NO ? what : domain);
}

static bool dkim_aligns(const struct td_config *config, const char *address)
{
    for (size_t i = 0; i < config->dkim_key_count; i++)
        if (td_dkim_aligned(config->dkim_keys[i].domain, td_slice(address)))
            return true;
    return config->dkim_by_relay;
}

static void check_alignment(const struct td_dns_look *look,
                            const struct td_config *config, const char *address,
                            const char *domain)
{
    char ours[256];
    char bounces[256];
    td_dns_organisation(look, domain, ours);
    td_dns_organisation(look, config->bounce_domain, bounces);
    bool spf = strcmp(ours, bounces) == 0;
    bool dkim = dkim_aligns(config, address);
    if (spf && dkim)
        td_dns_tell(look, TD_DNS_OK, "alignment", domain, "SPF and DKIM are of %s", ours);
    else if (spf)
        td_dns_tell(
            look, TD_DNS_WARNING, "alignment", domain,
            "by SPF only, which does not survive forwarding: no DKIM key is of %s", ours);
    else if (dkim)
        td_dns_tell(look, TD_DNS_WARNING, "alignment", domain,
                    "by DKIM only: bounces go to %s, which is of %s",
                    config->bounce_domain, bounces);
    else
        td_dns_tell(look, TD_DNS_ERROR, "alignment", domain,
                    "neither SPF (bounces go to %s) nor DKIM is of %s: DMARC fails",
                    config->bounce_domain, ours);
}

/* Of each From domain once. */
static void check_senders(const struct td_dns_look *look, const struct td_config *config)
{
    for (size_t i = 0; i < config->newsletter_count; i++) {
        const char *address = config->newsletters[i].from_address;
        const char *domain = strrchr(address, '@') + 1;
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = strcmp(strrchr(config->newsletters[j].from_address, '@') + 1,
                          domain) == 0;
        if (seen)
            continue;
        td_dns_check_dmarc(look, domain);
        check_alignment(look, config, address, domain);
        if (strcmp(domain, config->bounce_domain) != 0)
            check_mx(look, domain, TD_DNS_WARNING, "receivers mistrust such a sender");
    }
}

void td_dns_check(const struct td_config *config, struct td_dns *dns,
                  struct td_dns_sink sink)
{
    struct td_dns_look look = {dns, sink};
    td_dns_check_spf(&look, config->bounce_domain);
    check_mx(&look, config->bounce_domain, TD_DNS_ERROR, "bounces cannot come back");
    check_keys(&look, config);
    check_senders(&look, config);
    td_dns_check_relays(&look, config);
}

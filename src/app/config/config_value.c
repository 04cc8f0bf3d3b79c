/* Single values of the configuration (config_value.h). */
#include "app/config/config_value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "model/address.h"
#include "outcome/verp.h"
#include "variant/mustache.h"

#define NAME_MAX_LEN 40
#define HOST_MAX     253
#define LOCAL_MAX    64
#define BASE_URL_MAX 300 /* a token comes behind it, in one header line */
#define NOWHERE      ((size_t)-1)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_alnum(char c)
{
    return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z');
}

enum td_status td_value_name(const char *text, struct td_err *err)
{
    size_t n = strlen(text);
    bool good = n > 0 && n <= NAME_MAX_LEN && text[0] != '-' && text[n - 1] != '-';
    for (size_t i = 0; i < n && good; i++)
        good = is_lower(text[i]) || is_digit(text[i]) || text[i] == '-';
    if (good)
        return TD_OK;
    return td_fail(err, TD_CONFIG,
                   "\"%s\" is not a name: a-z, 0-9 and hyphens within, at most %d", text,
                   NAME_MAX_LEN);
}

enum td_status td_value_domain(struct td_arena *arena, const char *text, const char **out,
                               struct td_err *err)
{
    struct td_address address;
    struct td_err why;
    struct td_slice probe = td_arena_printf(arena, "x@%s", text);
    if (td_address_parse(probe, &address, &why) != TD_OK)
        return td_fail(err, TD_CONFIG, "\"%s\" is not a domain: %s", text, why.text);
    *out = td_arena_strdup(arena, address.domain);
    return TD_OK;
}

enum td_status td_value_address(struct td_arena *arena, const char *text,
                                const char **out, struct td_err *err)
{
    struct td_address address;
    struct td_err why;
    if (td_address_parse(td_slice(text), &address, &why) != TD_OK)
        return td_fail(err, TD_CONFIG, "\"%s\" is not an address: %s", text, why.text);
    if (address.needs_smtputf8 || address.text[0] == '"')
        return td_fail(
            err, TD_CONFIG,
            "\"%s\": plain ASCII without quotation marks is wanted before the @", text);
    *out = td_arena_strdup(arena, address.wire);
    return TD_OK;
}

static bool is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6) ||
               (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
    return td_slice_iis(td_slice(host), "localhost");
}

/* A domain, one word of a local network, or an IP address; *out without brackets. */
static enum td_status take_host(struct td_arena *arena, struct td_slice text,
                                const char **out, struct td_err *err)
{
    struct in_addr v4;
    struct in6_addr v6;
    const char *host = td_arena_copy(arena, text).ptr;
    bool number = true;
    bool good = text.len > 0 && text.len <= HOST_MAX;
    if (td_slice_starts(text, "[") && td_slice_ends(text, "]")) {
        *out = td_arena_copy(arena, td_slice_sub(text, 1, text.len - 1)).ptr;
        good = inet_pton(AF_INET6, *out, &v6) == 1;
        return good ? TD_OK : td_fail(err, TD_CONFIG, "%s is not an IPv6 address", host);
    }
    for (size_t i = 0; good && i < text.len; i++) {
        char c = text.ptr[i];
        char before = i > 0 ? text.ptr[i - 1] : '.';
        good = is_alnum(c) || c == '_' || ((c == '-' || c == '.') && before != '.');
        number = c == '.' ? true : number && is_digit(c); /* so far, of this part */
    }
    if (!good || (number && inet_pton(AF_INET, host, &v4) != 1))
        return td_fail(err, TD_CONFIG,
                       "\"%s\" is not a host: a name, 192.0.2.1 or [2001:db8::1]", host);
    *out = host;
    return TD_OK;
}

/* Takes ":port" off the end of a host, if it is there: 1..65535, 0 for none. */
static enum td_status take_port(struct td_slice *host, int *port, struct td_err *err)
{
    size_t colon = host->len;
    int64_t n;
    *port = 0;
    while (colon > 0 && host->ptr[colon - 1] != ':' && host->ptr[colon - 1] != ']')
        colon--;
    if (colon == 0 || host->ptr[colon - 1] == ']')
        return TD_OK;
    struct td_slice digits = td_slice_sub(*host, colon, host->len);
    if (!td_slice_int64(digits, &n) || n < 1 || n > 65535)
        return td_fail(err, TD_CONFIG, "\"%.*s\" is not a port: 1 to 65535",
                       (int)digits.len, digits.ptr);
    *host = td_slice_sub(*host, 0, colon - 1);
    *port = (int)n;
    return TD_OK;
}

enum td_status td_value_relay_url(struct td_arena *arena, const char *text,
                                  struct td_relay *out, struct td_err *err)
{
    struct td_slice rest = td_slice(text);
    bool smtps = td_slice_istarts(rest, "smtps://");
    if (!smtps && !td_slice_istarts(rest, "smtp://"))
        return td_fail(err, TD_CONFIG,
                       "\"%s\" is not a relay: smtp://host:port or smtps://host:port",
                       text);
    rest = td_slice_sub(rest, smtps ? 8 : 7, rest.len);
    /* The fault must not repeat a password. */
    if (td_slice_find(rest, 0, '@') != NOWHERE)
        return td_fail(err, TD_CONFIG,
                       "credentials do not belong in the URL: write the user as "
                       "`user` and the password into `password_file`");
    if (td_slice_ends(rest, "/"))
        rest.len--;
    enum td_status status = take_port(&rest, &out->port, err);
    if (status == TD_OK && out->port == 0)
        status = td_fail(err, TD_CONFIG,
                         "\"%s\" names no port: 587 for submission, 465 for "
                         "smtps, 25 for a server of your own",
                         text);
    if (status == TD_OK)
        status = take_host(arena, rest, &out->host, err);
    if (status != TD_OK)
        return status;
    out->implicit_tls = smtps;
    out->loopback = is_loopback(out->host);
    return TD_OK;
}

/* A folder stands in quotes in a command, and in a URL: plain words only. */
static bool is_folder(struct td_slice folder)
{
    for (size_t i = 0; i < folder.len; i++)
        if (folder.ptr[i] < ' ' || folder.ptr[i] > '~' ||
            strchr("\"\\;?#%*&", folder.ptr[i]))
            return false;
    return folder.len > 0;
}

enum td_status td_value_mailbox_url(struct td_arena *arena, const char *text,
                                    const char *dir, struct td_mailbox_config *out,
                                    struct td_err *err)
{
    struct td_slice url = td_slice(text);
    if (td_slice_starts(url, "maildir:") && url.len > strlen("maildir:")) {
        char *path = td_path_join(dir, text + strlen("maildir:"));
        out->kind = TD_MAILBOX_MAILDIR;
        out->folder = td_arena_strdup(arena, path);
        free(path);
        return TD_OK;
    }
    bool imap = td_slice_istarts(url, "imaps://");
    if (!imap && !td_slice_istarts(url, "pop3s://"))
        return td_fail(err, TD_CONFIG,
                       "\"%s\": imaps://host/FOLDER, pop3s://host or maildir:PATH is "
                       "wanted; nothing is read without TLS",
                       text);
    size_t from = strlen("imaps://");
    size_t slash = td_slice_find(url, from, '/');
    struct td_slice host = td_slice_sub(url, from, slash == NOWHERE ? url.len : slash);
    struct td_slice folder =
        slash == NOWHERE ? td_slice("") : td_slice_sub(url, slash + 1, url.len);
    out->kind = imap ? TD_MAILBOX_IMAP : TD_MAILBOX_POP3;
    if (folder.len == 0)
        folder = td_slice("INBOX");
    else if (!imap || !is_folder(folder))
        return td_fail(err, TD_CONFIG, "\"%s\": %s", text,
                       imap ? "the folder is to be letters and digits of ASCII"
                            : "POP3 has no folders");
    out->folder = td_arena_copy(arena, folder).ptr;
    enum td_status status = take_port(&host, &out->port, err);
    if (out->port == 0)
        out->port = imap ? 993 : 995;
    return status == TD_OK ? take_host(arena, host, &out->host, err) : status;
}

enum td_status td_value_database(struct td_arena *arena, const char *text,
                                 const char *dir, const char **out, struct td_err *err)
{
    struct td_slice s = td_slice(text);
    if (td_slice_istarts(s, "postgresql:") || td_slice_istarts(s, "postgres:"))
        return td_fail(err, TD_CONFIG,
                       "this version of tidings has no driver for PostgreSQL; "
                       "sqlite:PATH is wanted");
    if (!td_slice_starts(s, "sqlite:"))
        return td_fail(err, TD_CONFIG, "\"%s\" is not a database: sqlite:PATH is wanted",
                       text);
    const char *path = text + strlen("sqlite:");
    if (*path == '\0' || *path == ':' || s.ptr[s.len - 1] == '/')
        return td_fail(err, TD_CONFIG,
                       "\"%s\": the path of a file is wanted behind sqlite:", text);
    char *full = td_path_join(dir, path);
    *out = td_arena_printf(arena, "sqlite:%s", full).ptr;
    free(full);
    return TD_OK;
}

enum td_status td_value_base_url(struct td_arena *arena, const char *text,
                                 const char **out, struct td_err *err)
{
    struct td_slice url = td_slice(text);
    bool https = td_slice_istarts(url, "https://");
    const char *host_name;
    int port;
    if (!https && !td_slice_istarts(url, "http://"))
        return td_fail(err, TD_CONFIG, "\"%s\": https://host is wanted", text);
    if (url.len > BASE_URL_MAX)
        return td_fail(err, TD_CONFIG, "longer than %d characters", BASE_URL_MAX);
    while (td_slice_ends(url, "/"))
        url.len--;
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] <= ' ' || url.ptr[i] > '~' || strchr("?#@<>\"\\^`{|}", url.ptr[i]))
            return td_fail(err, TD_CONFIG,
                           "\"%s\": plain ASCII without ?, # or @ is wanted", text);
    size_t from = https ? 8 : 7;
    size_t slash = from < url.len ? td_slice_find(url, from, '/') : NOWHERE;
    struct td_slice host = td_slice_sub(url, from, slash == NOWHERE ? url.len : slash);
    enum td_status status = take_port(&host, &port, err);
    if (status == TD_OK)
        status = take_host(arena, host, &host_name, err);
    if (status == TD_OK && !https && !is_loopback(host_name))
        status = td_fail(err, TD_CONFIG,
                         "\"%s\": https is wanted; links that act for a "
                         "subscriber do not go in clear (RFC 8058)",
                         text);
    if (status == TD_OK)
        *out = td_arena_copy(arena, url).ptr;
    return status;
}

enum td_status td_value_bounce(struct td_arena *arena, const char *text,
                               struct td_bounce_address *out, struct td_err *err)
{
    const char *address;
    struct td_slice s = td_slice(text);
    size_t token = td_slice_find_str(s, 0, "TOKEN@");
    if (token == NOWHERE || token < 2 || !strchr("+-=", s.ptr[token - 1]))
        return td_fail(err, TD_CONFIG, "\"%s\": bounce+TOKEN@domain is wanted", text);
    size_t local = token - 1;
    if (local + 1 + TD_VERP_TOKEN_MAX > LOCAL_MAX)
        return td_fail(err, TD_CONFIG,
                       "\"%.*s\": at most %d characters, so that the token fits "
                       "in behind them",
                       (int)local, text, LOCAL_MAX - 1 - TD_VERP_TOKEN_MAX);
    for (size_t i = 0; i < local; i++)
        if (!is_lower(text[i]) && !is_digit(text[i]) && !strchr("-_.", text[i]))
            return td_fail(err, TD_CONFIG,
                           "\"%s\": a-z, 0-9 and -_. are wanted before the "
                           "delimiter",
                           text);
    enum td_status status = td_value_address(arena, text, &address, err);
    if (status != TD_OK)
        return status;
    out->local = td_arena_copy(arena, td_slice_sub(s, 0, local)).ptr;
    out->delimiter = s.ptr[local];
    out->domain = strrchr(address, '@') + 1;
    return TD_OK;
}

enum td_status td_value_language(const char *text, struct td_err *err)
{
    size_t run = 0; /* of the subtag at hand */
    bool first = true;
    bool good = true;
    for (const char *c = text; good; c++) {
        if (*c == '-' || *c == '\0') {
            good = run >= (first ? 2 : 1) && run <= 8;
            first = false;
            run = 0;
            if (*c == '\0')
                break;
        } else {
            good = is_alnum(*c) && !(first && is_digit(*c));
            run++;
        }
    }
    return good
               ? TD_OK
               : td_fail(err, TD_CONFIG, "\"%s\" is not a language: en, en-GB, de", text);
}

enum td_status td_value_list_id(const char *text, struct td_err *err)
{
    size_t n = strlen(text);
    size_t dots = 0;
    char before = '.';
    bool good = n <= 255; /* RFC 2919 section 6 */
    for (size_t i = 0; i < n && good; i++) {
        good = is_alnum(text[i]) || strchr("-_", text[i]) ||
               (text[i] == '.' && before != '.');
        dots += text[i] == '.';
        before = text[i];
    }
    if (good && dots > 0 && before != '.')
        return TD_OK;
    return td_fail(err, TD_CONFIG, "\"%s\" is not a List-Id: daily.news.example", text);
}

/* The name in a tag: without the sigil, the third brace and white space around. */
static struct td_slice tag_name(struct td_slice tag)
{
    tag = td_slice_trim(tag);
    if (tag.len > 0 && strchr("{#^/&", tag.ptr[0]))
        tag = td_slice_trim(td_slice_sub(tag, 1, tag.len));
    return tag;
}

static bool is_one_of(struct td_slice name, const char *const *variables)
{
    while (*variables && !td_slice_is(name, *variables))
        variables++;
    return *variables != NULL;
}

enum td_status td_value_template(const char *text, const char *const *variables,
                                 struct td_err *err)
{
    struct td_template *compiled = NULL;
    struct td_slice s = td_slice(text);
    struct td_err why;
    if (td_template_compile("here", s, TD_ESCAPE_NONE, &compiled, &why) != TD_OK)
        return td_fail(err, TD_CONFIG, "%s", why.text);
    td_template_destroy(compiled);
    for (size_t at = 0; (at = td_slice_find_str(s, at, "{{")) != NOWHERE;) {
        size_t end = td_slice_find_str(s, at, "}}");
        struct td_slice tag = td_slice_sub(s, at + 2, end);
        struct td_slice name = tag_name(tag);
        if (!td_slice_starts(tag, "!") && !is_one_of(name, variables)) {
            struct td_buf known;
            td_buf_init(&known, 200);
            for (const char *const *v = variables; *v; v++)
                td_buf_addf(&known, " {{%s}}", *v);
            enum td_status status =
                td_fail(err, TD_CONFIG, "{{%.*s}} is not known here; there is%s",
                        (int)tag.len, tag.ptr, known.ptr);
            td_buf_release(&known);
            return status;
        }
        at = end == NOWHERE ? s.len : end + 2;
    }
    return TD_OK;
}

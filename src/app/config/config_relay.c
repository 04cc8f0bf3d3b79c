/* Relays of the configuration: where they are, how to log in, how much they take (config_build.h). */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config/config_build.h"
#include "app/config/config_value.h"
#include "app/config/keys.h"
#include "base/file.h"

#define SESSIONS_DEFAULT 20
#define SESSIONS_MAX     1000
#define WEIGHT_MAX       1000
#define RATE_MAX         100000
#define COUNT_MAX        1000000000
#define SECRET_MAX       8192

/* ---- files and secrets ---- */

static const char *path_of(const struct td_place *place, struct td_word word)
{
    struct td_err err;
    char *path = NULL;
    if (!word.text)
        return NULL;
    if (td_secret_path(place->builder->config->dir, word.text, &path, &err) != TD_OK) {
        td_fault_at(place, word.key, "%s", err.text);
        return NULL;
    }
    const char *kept = td_arena_strdup(place->builder->config->arena, path);
    free(path);
    return kept;
}

/* One line from a file that others may not read. */
static const char *read_secret(const struct td_place *place, struct td_word word)
{
    const char *path = path_of(place, word);
    const char *secret = NULL;
    struct td_buf text;
    struct td_err err;
    if (!path)
        return NULL;
    td_buf_init(&text, SECRET_MAX);
    if (td_secret_read(path, &text, &err) != TD_OK)
        td_fault_at(place, word.key, "%s", err.text);
    else if (text.len == 0)
        td_fault_at(place, word.key, "%s is empty", path);
    else if (td_slice_find_control(td_buf_slice(&text)) != (size_t)-1)
        td_fault_at(place, word.key, "%s has a control character or a second line", path);
    else
        secret = td_arena_copy(place->builder->config->arena, td_buf_slice(&text)).ptr;
    if (text.cap > 0)
        explicit_bzero(text.ptr, text.cap);
    td_buf_release(&text);
    return secret;
}

static const char *readable(const struct td_place *place, struct td_word word)
{
    const char *path = path_of(place, word);
    if (path && access(path, R_OK) != 0)
        td_fault_at(place, word.key, "%s cannot be read", path);
    return path;
}

/* The list's words with a NULL behind them. */
static const char *const *copy_words(const struct td_place *place, char *const *words,
                                     size_t count)
{
    struct td_arena *arena = place->builder->config->arena;
    const char **copy = td_arena_alloc(arena, (count + 1) * sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = td_arena_strdup(arena, words[i]);
    return copy;
}

/* ---- who we are to it ---- */

static void build_token(const struct td_place *place, const struct td_raw_relay *raw,
                        struct td_relay *relay)
{
    const char *key = raw->token_file ? "token_file" : "token_command";
    if (!raw->token_file && !raw->token_command)
        return;
    if (!raw->user)
        td_fault_at(place, key, "a %s without a user", key);
    if (raw->password_file || (raw->token_file && raw->token_command))
        td_fault_at(place, key,
                    "one of password_file, token_file, token_command is wanted");
    if (raw->token_file && read_secret(place, (struct td_word){key, raw->token_file}))
        relay->token_file = path_of(place, (struct td_word){key, raw->token_file});
    if (!raw->token_command)
        return;
    relay->token_command =
        copy_words(place, raw->token_command, raw->token_command_count);
    if (strchr(relay->token_command[0], '/') == NULL ||
        access(relay->token_command[0], X_OK) != 0)
        td_fault_at(place, key, "%s is not the path of a program",
                    relay->token_command[0]);
}

static void build_auth(const struct td_place *place, const struct td_raw_relay *raw,
                       struct td_relay *relay)
{
    static const char *const words[] = {"plain",       "login",  "cram-md5", "digest-md5",
                                        "ntlm",        "gssapi", "external", "xoauth2",
                                        "oauthbearer", NULL};
    static const char *const names[] = {"PLAIN",      "LOGIN",   "CRAM-MD5",
                                        "DIGEST-MD5", "NTLM",    "GSSAPI",
                                        "EXTERNAL",   "XOAUTH2", "OAUTHBEARER"};
    if (!raw->auth)
        return;
    int choice = td_take_choice(place, (struct td_word){"auth", raw->auth}, words);
    bool token = raw->token_file || raw->token_command;
    bool wants_token = choice >= 7;
    relay->auth = names[choice];
    if (!raw->user)
        td_fault_at(place, "auth", "a mechanism without a user");
    else if (wants_token && !token)
        td_fault_at(place, "auth", "%s wants a token_file or token_command", raw->auth);
    else if (!wants_token && token)
        td_fault_at(place, "auth", "a token is for xoauth2 and oauthbearer");
}

/* EXTERNAL and GSSAPI take who we are from elsewhere. */
static bool needs_secret(const struct td_raw_relay *raw)
{
    return !raw->auth ||
           (strcmp(raw->auth, "external") != 0 && strcmp(raw->auth, "gssapi") != 0);
}

static void build_credentials(const struct td_place *place,
                              const struct td_raw_relay *raw, struct td_relay *relay)
{
    relay->user = td_take_line(place, (struct td_word){"user", raw->user}, NULL);
    if (raw->user && !raw->password_file && !raw->token_file && !raw->token_command &&
        needs_secret(raw))
        td_fault_at(place, "user",
                    "a user without a password_file, token_file or token_command");
    else if (raw->password_file && !raw->user)
        td_fault_at(place, "password_file", "a password_file without a user");
    else if (raw->password_file)
        relay->password =
            read_secret(place, (struct td_word){"password_file", raw->password_file});
    build_token(place, raw, relay);
    build_auth(place, raw, relay);
}

/* Our own certificate; its key is a secret. */
static void build_certificate(const struct td_place *place,
                              const struct td_raw_relay *raw, struct td_relay *relay)
{
    struct td_buf key;
    struct td_err err;
    if (!raw->cert_file && !raw->key_file)
        return;
    if (!raw->cert_file || !raw->key_file) {
        td_fault_at(place, raw->cert_file ? "cert_file" : "key_file",
                    "cert_file and key_file belong together");
        return;
    }
    relay->cert_file = readable(place, (struct td_word){"cert_file", raw->cert_file});
    relay->key_file = path_of(place, (struct td_word){"key_file", raw->key_file});
    if (relay->tls != TD_TLS_REQUIRED)
        td_fault_at(place, "cert_file", "a certificate goes with required TLS only");
    td_buf_init(&key, 65536);
    if (relay->key_file && td_secret_read(relay->key_file, &key, &err) != TD_OK)
        td_fault_at(place, "key_file", "%s", err.text);
    if (key.cap > 0)
        explicit_bzero(key.ptr, key.cap);
    td_buf_release(&key);
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
    relay->ca_file = readable(place, (struct td_word){"ca_file", raw->ca_file});
    if (raw->ca_file && relay->tls == TD_TLS_NONE)
        td_fault_at(place, "ca_file", "a ca_file without TLS");
    build_certificate(place, raw, relay);
}

/* ---- where to, and how much ---- */

static void build_domains(const struct td_place *place, const struct td_raw_relay *raw,
                          struct td_relay *relay)
{
    struct td_arena *arena = place->builder->config->arena;
    const char **domains =
        td_arena_alloc(arena, (raw->domains_count + 1) * sizeof *domains);
    for (size_t i = 0; i < raw->domains_count; i++) {
        bool suffix = raw->domains[i][0] == '.';
        struct td_err err;
        const char *domain = NULL;
        if (td_value_domain(arena, raw->domains[i] + suffix, &domain, &err) != TD_OK)
            td_fault_at(place, "domains", "%s", err.text);
        else if (suffix)
            domain = td_arena_printf(arena, ".%s", domain).ptr;
        domains[i] = domain;
    }
    relay->domains = domains;
    relay->domain_count = raw->domains_count;
}

/* Nobody connects to them: `check --dns` asks about them. */
static void build_sends_from(const struct td_place *place, const struct td_raw_relay *raw,
                             struct td_relay *relay)
{
    unsigned char ignored[16];
    for (size_t i = 0; i < raw->sends_from_count; i++)
        if (inet_pton(AF_INET, raw->sends_from[i], ignored) != 1 &&
            inet_pton(AF_INET6, raw->sends_from[i], ignored) != 1)
            td_fault_at(place, "sends_from", "%s is no IPv4 or IPv6 address",
                        raw->sends_from[i]);
    relay->sends_from = copy_words(place, raw->sends_from, raw->sends_from_count);
    relay->sends_from_count = raw->sends_from_count;
}

static void build_warm_up(const struct td_place *place, const struct td_raw_relay *raw,
                          struct td_relay *relay)
{
    struct td_date from;
    struct td_bounds bounds = {1, COUNT_MAX, 0};
    int *caps = td_arena_alloc(place->builder->config->arena,
                               (raw->warm_up_count + 1) * sizeof *caps);
    if (!raw->warm_up && !raw->warm_up_from)
        return;
    if (!raw->warm_up || !raw->warm_up_from) {
        td_fault_at(place, raw->warm_up ? "warm_up" : "warm_up_from",
                    "warm_up and warm_up_from belong together");
        return;
    }
    for (size_t i = 0; i < raw->warm_up_count; i++)
        caps[i] =
            td_take_int(place, (struct td_word){"warm_up", raw->warm_up[i]}, bounds);
    if (!td_date_parse(td_slice(raw->warm_up_from), &from))
        td_fault_at(place, "warm_up_from", "\"%s\" is not a day like 2026-11-20",
                    raw->warm_up_from);
    else
        relay->warm_up_from = td_date_days(from) * TD_DAY;
    relay->warm_up = caps;
    relay->warm_up_count = raw->warm_up_count;
}

static void build_limits(const struct td_place *place, const struct td_raw_relay *raw,
                         struct td_relay *relay)
{
    struct td_bounds sessions = {1, SESSIONS_MAX, SESSIONS_DEFAULT};
    struct td_bounds weight = {0, WEIGHT_MAX, 1};
    struct td_bounds rate = {1, RATE_MAX, 0};
    struct td_bounds count = {1, COUNT_MAX, 0};
    relay->weight = td_take_int(place, (struct td_word){"weight", raw->weight}, weight);
    relay->sessions =
        td_take_int(place, (struct td_word){"sessions", raw->sessions}, sessions);
    relay->rate = td_take_int(place, (struct td_word){"rate", raw->rate}, rate);
    relay->hourly = td_take_int(place, (struct td_word){"hourly", raw->hourly}, count);
    relay->daily = td_take_int(place, (struct td_word){"daily", raw->daily}, count);
    build_warm_up(place, raw, relay);
    build_domains(place, raw, relay);
    build_sends_from(place, raw, relay);
}

static void build_relay(const struct td_place *place, const struct td_raw_relay *raw,
                        struct td_relay *relay)
{
    struct td_err err;
    relay->name = td_take_name(place, (struct td_word){"name", raw->name});
    build_limits(place, raw, relay);
    if (td_value_relay_url(place->builder->config->arena, raw->url, relay, &err) !=
        TD_OK) {
        td_fault_at(place, "url", "%s", err.text);
        return; /* what follows depends on where it is */
    }
    build_credentials(place, raw, relay);
    build_tls(place, raw, relay);
}

/* Every domain must have a way out, and not by relays of weight 0 alone. */
static void check_ways(struct td_builder *builder, const struct td_relay *relays,
                       size_t count)
{
    struct td_place last = td_place(builder, "relays", count - 1);
    size_t for_all = 0;
    size_t weight = 0;
    for (size_t i = 0; i < count; i++) {
        for_all += relays[i].domain_count == 0;
        weight += relays[i].domain_count == 0 ? (size_t)relays[i].weight : 0;
    }
    if (for_all == 0)
        td_fault_at(
            &last, "domains",
            "every relay is for some domains only: mail to others has no way out");
    else if (weight == 0)
        td_fault_at(&last, "weight",
                    "0 for every relay that takes all domains: one must have more");
}

void td_build_relays(struct td_builder *builder)
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
    check_ways(builder, relays, count);
    builder->config->relays = relays;
    builder->config->relay_count = count;
}

/* How people join by themselves: `optin`, `web.listen`, `command_address` (config_build.h). */
#include "app/config/config_build.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "app/config/config_value.h"

#define LISTEN_DEFAULT "127.0.0.1:8025"
#define LIMIT_MOST     1000000

struct td_optin_policy td_optin_policy_default(void)
{
    return (struct td_optin_policy){
        .remind_after = 2 * TD_DAY,
        .forget_after = 14 * TD_DAY,
        .welcome = true,
        .latest = true,
        .goodbye = true,
        .per_address = 3,
        .per_source = 20,
        .per_hour = 1000,
    };
}

static bool take_yes(const struct td_place *place, struct td_word word)
{
    static const char *const choices[] = {"yes", "no", NULL};
    return td_take_choice(place, word, choices) == 0;
}

static void build_policy(const struct td_place *place, struct td_config *config)
{
    const struct td_raw_optin *raw = &place->builder->raw->optin;
    struct td_optin_policy policy = td_optin_policy_default();
    const struct td_bounds address = {1, 100, policy.per_address};
    const struct td_bounds source = {1, LIMIT_MOST, policy.per_source};
    const struct td_bounds hour = {1, LIMIT_MOST, policy.per_hour};
    if (raw->remind_after && strcmp(raw->remind_after, "never") == 0)
        policy.remind_after = 0;
    else
        policy.remind_after = td_take_duration(
            place, (struct td_word){"optin.remind_after", raw->remind_after},
            policy.remind_after);
    policy.forget_after =
        td_take_duration(place, (struct td_word){"optin.forget_after", raw->forget_after},
                         policy.forget_after);
    if (policy.forget_after > 0 && policy.remind_after >= policy.forget_after)
        td_fault_at(place,
                    raw->remind_after ? "optin.remind_after" : "optin.forget_after",
                    "who is forgotten cannot be reminded: remind_after is to be shorter "
                    "than forget_after");
    policy.welcome = take_yes(place, (struct td_word){"optin.welcome", raw->welcome});
    policy.latest = take_yes(place, (struct td_word){"optin.latest", raw->latest});
    policy.goodbye = take_yes(place, (struct td_word){"optin.goodbye", raw->goodbye});
    policy.per_address = td_take_int(
        place, (struct td_word){"optin.per_address", raw->per_address}, address);
    policy.per_source =
        td_take_int(place, (struct td_word){"optin.per_source", raw->per_source}, source);
    policy.per_hour =
        td_take_int(place, (struct td_word){"optin.per_hour", raw->per_hour}, hour);
    config->optin = policy;
}

/* "127.0.0.1:8025" or "[::1]:8025": numbers only, so that nothing has to be looked up. */
static bool parse_listen(struct td_arena *arena, const char *text, struct td_listen *out)
{
    unsigned char bytes[16];
    const struct td_slice s = td_slice(text);
    size_t colon = s.len;
    int64_t port;
    while (colon > 0 && s.ptr[colon - 1] != ':')
        colon--;
    if (colon < 2 || !td_slice_int64(td_slice_sub(s, colon, s.len), &port) || port < 0 ||
        port > 65535)
        return false;
    struct td_slice host = td_slice_sub(s, 0, colon - 1);
    out->ipv6 = td_slice_starts(host, "[") && td_slice_ends(host, "]");
    if (out->ipv6)
        host = td_slice_sub(host, 1, host.len - 1);
    out->host = td_arena_copy(arena, host).ptr;
    out->port = (int)port;
    return inet_pton(out->ipv6 ? AF_INET6 : AF_INET, out->host, bytes) == 1;
}

static void build_listen(const struct td_place *place, struct td_config *config)
{
    const char *text = place->builder->raw->web.listen;
    if (!parse_listen(config->arena, text ? text : LISTEN_DEFAULT, &config->web_listen))
        td_fault_at(place, "web.listen",
                    "\"%s\": an address and a port are wanted, as " LISTEN_DEFAULT
                    " or [::1]:8025",
                    text);
}

static void build_commands(const struct td_place *place, struct td_config *config)
{
    struct td_err err;
    struct td_bounce_address address = {0};
    const char *text = place->builder->raw->command_address;
    if (!text)
        return;
    if (td_value_bounce(config->arena, text, &address, &err) != TD_OK)
        td_fault_at(place, "command_address", "%s", err.text);
    else if (strcmp(address.local, config->bounce_local) == 0 && config->bounce_domain &&
             strcmp(address.domain, config->bounce_domain) == 0)
        td_fault_at(place, "command_address",
                    "this is the address that bounces come back to; commands need one of "
                    "their own");
    struct td_mail_commands *commands = td_arena_alloc(config->arena, sizeof *commands);
    *commands = (struct td_mail_commands){
        .local = address.local, .domain = address.domain, .delimiter = address.delimiter};
    config->commands = commands;
}

void td_build_optin(struct td_builder *builder)
{
    const struct td_place file = td_place(builder, NULL, 0);
    build_policy(&file, builder->config);
    build_listen(&file, builder->config);
    build_commands(&file, builder->config);
}

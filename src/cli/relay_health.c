/* The relays' health (relay_health.h). */
#include "cli/relay_health.h"

static void put_instant(struct td_json *json, const char *key, td_time when)
{
    char text[32];
    td_time_format(when, text);
    td_json_set_cstr(json, key, when != 0 ? text : NULL);
}

void td_relay_health_put(struct td_json *json, const char *relay,
                         const struct td_relay_seen *seen)
{
    td_json_set_cstr(json, "relay", relay);
    td_json_set_int(json, "failures", seen->failures);
    td_json_set_cstr(json, "trouble", seen->failures > 0 ? seen->trouble : NULL);
    put_instant(json, "since", seen->since);
    put_instant(json, "again", seen->again);
    td_json_set_int(json, "sessions", seen->sessions);
    td_json_set_int(json, "slowed_groups", seen->slowed);
}

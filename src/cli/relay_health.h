/*
 * relay_health.h: the relays' health as `status` and `queue stats` show it: the same keys in both.
 */
#ifndef TD_CLI_RELAY_HEALTH_H
#define TD_CLI_RELAY_HEALTH_H

#include "app/inspect/relays.h"
#include "cli/cli.h"

/* Sets "relay", "failures", "trouble" (null when well), "since", "again", "sessions" and
 * "slowed_groups". */
void td_relay_health_put(struct td_json *json, const char *relay,
                         const struct td_relay_seen *seen);

#endif

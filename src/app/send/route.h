/*
 * route.h: which relays a message may go by, and which it goes by: those for its domain group, in the
 * proportion of their weights. Pure.
 */
#ifndef TD_APP_ROUTE_H
#define TD_APP_ROUTE_H

#include "app/config/config.h"

/* A set of relays is a mask of their indexes in the configuration. */
#define TD_ROUTE_ALL UINT32_MAX

/* The relays for a domain group: those that name a domain of it; if there are none, those that
 * name no domain. The empty name (a group not known) is nobody's. */
uint32_t td_route_of(const struct td_config *config, struct td_slice group);

/*
 * One of the relays in `open`, so that over time each gets a part as large as its weight: the one
 * that is owed most. Those of weight 0 only when no other is open. -1 for the empty set. owed has one
 * place for each relay and begins with zeroes.
 */
int td_route_pick(const struct td_config *config, uint32_t open, int64_t *owed);

#endif

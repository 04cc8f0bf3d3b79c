/* By which way a message may go now: the gate of a claim (pace.h). */
#include <stdlib.h>
#include <string.h>

#include "app/send/pace.h"
#include "app/send/pace_window.h"
#include "app/send/route.h"
#include "base/mem.h"
#include "store/groups.h"

uint32_t td_pace_routes(struct td_pace *pace, int64_t group)
{
    if (pace->count == 1)
        return 1;
    size_t place = group > 0 ? (size_t)group : 0;
    if (place >= pace->route_cap) {
        size_t cap = pace->route_cap > 0 ? pace->route_cap : 256;
        while (cap <= place)
            cap *= 2;
        uint32_t *routes = td_xcalloc(cap, sizeof *routes);
        for (size_t i = 0; i < pace->route_cap; i++)
            routes[i] = pace->routes[i];
        free(pace->routes);
        pace->routes = routes;
        pace->route_cap = cap;
    }
    if (pace->routes[place] == 0) {
        struct td_buf name;
        struct td_err ignored;
        td_buf_init(&name, 1024);
        enum td_status status = TD_NOINPUT;
        if (group > 0)
            status = td_store_domain_group_name(pace->app->store, group, &name, &ignored);
        if (status == TD_OK || status == TD_NOINPUT)
            pace->routes[place] = td_route_of(pace->app->config, td_buf_slice(&name));
        td_buf_release(&name);
    }
    return pace->routes[place];
}

/* Whether the relay counts among those that mail is spread over: not when it is down, silent, or has
 * used up what it may. That its sessions are all busy is no reason: others would get its part. */
static bool is_usable(const struct td_way *way)
{
    bool down = way->state.failures > 0 && way->urgent + way->ordinary == 0;
    return !down && !way->locked && way->left > 0 && !td_outbox_stalled(way->outbox);
}

static size_t *room_in(struct td_way *way, enum td_class class_)
{
    return class_ == TD_CLASS_ISSUE ? &way->ordinary : &way->urgent;
}

/* Every way is full, for messages of this class. */
static bool all_full(struct td_pace *pace, enum td_class class_)
{
    for (size_t i = 0; i < pace->count; i++)
        if (pace->ways[i].left > 0 && *room_in(&pace->ways[i], class_) > 0)
            return false;
    return true;
}

static void count_taken(struct td_pace *pace, struct td_way *way, int64_t group)
{
    way->urgent -= way->urgent > 0;
    way->ordinary -= way->ordinary > 0;
    if (way->left < INT64_MAX)
        way->left--;
    td_pace_window_use(pace, group);
}

/* Notices go by another relay, where there is one, for a day after servers behind a relay said that it
 * is us whom they refuse: the operator's own mail, which tells of it, is among them. */
static uint32_t welcome_of(const struct td_pace *pace, uint32_t open,
                           enum td_class class_)
{
    uint32_t welcome = open;
    for (size_t i = 0; i < pace->count; i++)
        if (pace->ways[i].state.blocked > pace->asked - TD_DAY)
            welcome &= ~(UINT32_C(1) << i);
    return class_ == TD_CLASS_NOTICE && welcome != 0 ? welcome : open;
}

/* Why a message got no way: limits of its group alone, of all that have no ways of their own, or of
 * everybody. */
static int refusal(struct td_pace *pace, uint32_t routes, bool windowed,
                   enum td_class class_)
{
    if (all_full(pace, class_))
        return TD_GATE_SHUT;
    if (windowed || routes != td_pace_routes(pace, 0))
        return TD_GATE_GROUP;
    return pace->unruled ? TD_GATE_SHUT : TD_GATE_LANE;
}

static int take_way(void *context, int64_t group, enum td_class class_)
{
    struct td_pace *pace = context;
    int64_t owed[TD_RELAYS_MAX];
    uint32_t routes = td_pace_routes(pace, group);
    uint32_t open = 0;
    bool windowed = false;
    for (size_t i = 0; i < pace->count; i++) {
        if (!(routes >> i & 1) || !is_usable(&pace->ways[i]))
            continue;
        if (td_pace_window_left(pace, &pace->ways[i], group) > 0)
            open |= UINT32_C(1) << i;
        else
            windowed = true;
    }
    open = welcome_of(pace, open, class_);
    memcpy(owed, pace->owed, sizeof owed);
    int pick = td_route_pick(pace->app->config, open, owed);
    if (pick < 0 || *room_in(&pace->ways[pick], class_) == 0)
        return refusal(pace, routes, windowed, class_);
    memcpy(pace->owed, owed, sizeof owed);
    count_taken(pace, &pace->ways[pick], group);
    return pick;
}

struct td_gate td_pace_gate(struct td_pace *pace)
{
    return (struct td_gate){take_way, pace};
}

/* relay.c: the pause after a failure, and slow opening. */
#include "delivery/relay.h"

#define PAUSE_FIRST   TD_SECOND
#define PAUSE_LONGEST (60 * TD_SECOND)
#define GROWTH        4 /* sessions opened at once for each that stands */
#define HANDSHAKES    8 /* TLS handshakes at once: with the system's CAs each takes 7 ms */

size_t td_relay_may_open(const struct td_relay_health *health,
                         const struct td_relay_load *load, td_time now)
{
    size_t taken = load->open + load->opening;
    if (now < health->closed_until || taken >= load->most)
        return 0;
    size_t at_once = health->failures > 0 || load->open == 0 ? 1 : GROWTH * load->open;
    if (load->tls && at_once > HANDSHAKES)
        at_once = HANDSHAKES;
    if (load->opening >= at_once)
        return 0;
    size_t more = at_once - load->opening;
    return more < load->most - taken ? more : load->most - taken;
}

td_time td_relay_pause(int failures)
{
    td_time pause = PAUSE_FIRST;
    for (int i = 1; i < failures && pause < PAUSE_LONGEST; i++)
        pause *= 2;
    return pause < PAUSE_LONGEST ? pause : PAUSE_LONGEST;
}

void td_relay_failed(struct td_relay_health *health, td_time now)
{
    health->failures++;
    health->failed_at = now;
    health->closed_until = now + td_relay_pause(health->failures);
}

void td_relay_served(struct td_relay_health *health, td_time opened_at)
{
    if (health->failures > 0 && opened_at < health->failed_at)
        return;
    health->failures = 0;
    health->closed_until = 0;
}

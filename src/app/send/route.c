/* Which relay a message goes by (route.h). */
#include "app/send/route.h"

#include "model/group.h"

static bool names(const struct td_relay *relay, struct td_slice group)
{
    for (size_t i = 0; i < relay->domain_count; i++) {
        const char *domain = relay->domains[i];
        if (domain[0] == '.' ? td_slice_ends(group, domain)
                             : td_slice_eq(td_group_name(td_slice(domain)), group))
            return true;
    }
    return false;
}

uint32_t td_route_of(const struct td_config *config, struct td_slice group)
{
    uint32_t named = 0;
    uint32_t others = 0;
    for (size_t i = 0; i < config->relay_count; i++) {
        const struct td_relay *relay = &config->relays[i];
        if (relay->domain_count == 0)
            others |= UINT32_C(1) << i;
        else if (group.len > 0 && names(relay, group))
            named |= UINT32_C(1) << i;
    }
    return named != 0 ? named : others;
}

static bool in(uint32_t set, size_t relay)
{
    return (set >> relay & 1) != 0;
}

int td_route_pick(const struct td_config *config, uint32_t open, int64_t *owed)
{
    int64_t total = 0;
    int best = -1;
    int spare = -1;
    for (size_t i = 0; i < config->relay_count; i++) {
        int weight = config->relays[i].weight;
        if (!in(open, i))
            continue;
        if (weight == 0) {
            spare = spare < 0 ? (int)i : spare;
            continue;
        }
        total += weight;
        owed[i] += weight;
        if (best < 0 || owed[i] > owed[best])
            best = (int)i;
    }
    if (best < 0)
        return spare;
    owed[best] -= total;
    return best;
}

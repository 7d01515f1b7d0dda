/* SPDX-License-Identifier: Apache-2.0
 *
 * What peers demand. There are few of them, so a list is looked through.
 */
#include "server/peer_memory.h"

#include "base/ascii.h"

static bool is_stale(const struct sp_peer_demand *demand, struct sp_wall now)
{
    return now.unix_ms - demand->last.unix_ms > (int64_t)SP_PEER_MEMORY_AGE_S * 1000;
}

static bool is_of(const struct sp_peer_demand *demand, struct sp_span domain)
{
    return sp_span_equal_nocase(sp_span(demand->domain, demand->domain_len), domain);
}

static void forget_stale(struct sp_peer_memory *memory, struct sp_wall now)
{
    for (size_t i = 0; i < memory->count;) {
        if (is_stale(&memory->list[i], now))
            memory->list[i] = memory->list[--memory->count];
        else
            i++;
    }
}

/* The row of the pair, a new one, or the one that was confirmed longest ago. */
static struct sp_peer_demand *place(struct sp_peer_memory *memory, struct sp_span domain,
                                    const struct sp_address *peer)
{
    struct sp_peer_demand *oldest = &memory->list[0];
    for (size_t i = 0; i < memory->count; i++) {
        struct sp_peer_demand *at = &memory->list[i];
        if (is_of(at, domain) && sp_address_equal(&at->peer, peer))
            return at;
        if (at->last.unix_ms < oldest->last.unix_ms)
            oldest = at;
    }
    struct sp_peer_demand *taken =
        memory->count < SP_PEER_MEMORY_MAX ? &memory->list[memory->count++] : oldest;
    *taken = (struct sp_peer_demand){.peer = *peer, .domain_len = (uint8_t)domain.len};
    for (size_t i = 0; i < domain.len; i++)
        taken->domain[i] = sp_ascii_lower(domain.ptr[i]);
    return taken;
}

void sp_peer_memory_learn(struct sp_peer_memory *memory, struct sp_span domain,
                          const struct sp_address *peer, uint32_t min_se_s, struct sp_wall now)
{
    if (domain.len == 0 || domain.len > SP_PEER_MEMORY_DOMAIN || min_se_s == 0)
        return;
    forget_stale(memory, now);
    struct sp_peer_demand *demand = place(memory, domain, peer);
    if (demand->times == 0)
        demand->first = now;
    demand->times++;
    demand->min_se_s = min_se_s;
    demand->last = now;
}

uint32_t sp_peer_memory_min_se(struct sp_peer_memory *memory, struct sp_span domain,
                               struct sp_wall now)
{
    uint32_t most = 0;
    if (memory->count > 0)
        forget_stale(memory, now);
    for (size_t i = 0; i < memory->count; i++)
        if (memory->list[i].min_se_s > most && is_of(&memory->list[i], domain))
            most = memory->list[i].min_se_s;
    return most;
}

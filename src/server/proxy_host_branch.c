/* SPDX-License-Identifier: Apache-2.0
 *
 * The branches that have a client transaction, found by their user and by the address that they
 * send to: the network speaks of addresses when it says that nothing gets there.
 */
#include <string.h>

#include "base/check.h"
#include "server/proxy_host_parts.h"

/* Addresses are few, and who could choose them gains nothing but a longer walk after a failure. */
static size_t bucket_of(const struct sp_address *address)
{
    uint64_t halves[2];
    memcpy(halves, address->ip, sizeof halves);
    const uint64_t mixed =
        (halves[0] ^ (halves[1] * 31) ^ address->port) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> 32) % SP_PROXY_HOST_BUCKETS;
}

static struct sp_span key_of(const uint64_t *user)
{
    return sp_span((const char *)user, sizeof *user);
}

bool sp_proxy_host_note(struct sp_proxy_host *host, uint64_t user, const struct sp_hop *hop,
                        struct sp_host_branch **branch)
{
    struct sp_host_branch *made = sp_slab_take(host->branches);
    if (made == NULL)
        return false;
    made->user = user;
    made->hop = *hop;
    if (sp_table_add(host->by_user, &made->by_user, key_of(&made->user)) != SP_OK) {
        sp_slab_give(host->branches, (void **)&made);
        return false;
    }
    made->link = &host->by_address[bucket_of(&hop->remote)];
    made->next = *made->link;
    if (made->next != NULL)
        made->next->link = &made->next;
    *made->link = made;
    *branch = made;
    return true;
}

struct sp_host_branch *sp_proxy_host_find(const struct sp_proxy_host *host, uint64_t user)
{
    struct sp_table_entry *entry = sp_table_find(host->by_user, key_of(&user));
    return (struct sp_host_branch *)(void *)entry; /* it is the first member */
}

void sp_proxy_host_forget(struct sp_proxy_host *host, struct sp_host_branch *branch)
{
    sp_table_remove(host->by_user, &branch->by_user);
    *branch->link = branch->next;
    if (branch->next != NULL)
        branch->next->link = branch->link;
    sp_slab_give(host->branches, (void **)&branch);
}

/* Each error ends its own transaction only, so the next one stays. A transaction that has an answer
 * already takes no notice. */
void sp_proxy_host_unreachable(struct sp_proxy_host *host, const struct sp_address *remote)
{
    struct sp_engine *engine = host->engine;
    struct sp_host_branch *branch = host->by_address[bucket_of(remote)];
    while (branch != NULL) {
        struct sp_host_branch *const next = branch->next;
        struct sp_txn_actions actions;
        if (sp_address_equal(&branch->hop.remote, remote)) {
            sp_transactions_transport_error(engine->transactions, branch->transaction,
                                            &engine->turn, &actions);
            sp_engine_carry_out(engine, &actions);
        }
        branch = next;
    }
}

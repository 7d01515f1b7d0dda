/* SPDX-License-Identifier: Apache-2.0
 *
 * The branches that have a client transaction, found by it and by the address that they send to:
 * the network speaks of addresses when it says that nothing gets there.
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

void sp_proxy_host_note(struct sp_proxy_host *host, uint64_t transaction, const struct sp_hop *hop)
{
    struct sp_host_branch *branch = &host->branches[sp_transactions_place(transaction)];
    struct sp_host_branch **bucket = &host->by_address[bucket_of(&hop->remote)];
    *branch = (struct sp_host_branch){
        .transaction = transaction,
        .hop = {.transport = hop->transport, .address = hop->remote},
        .next = *bucket,
        .link = bucket,
    };
    if (branch->next != NULL)
        branch->next->link = &branch->next;
    *bucket = branch;
}

struct sp_host_branch *sp_proxy_host_find(const struct sp_proxy_host *host, uint64_t transaction)
{
    struct sp_host_branch *branch = &host->branches[sp_transactions_place(transaction)];
    return branch->transaction == transaction ? branch : NULL;
}

void sp_proxy_host_unlist(struct sp_host_branch *branch)
{
    if (branch->link == NULL)
        return;
    *branch->link = branch->next;
    if (branch->next != NULL)
        branch->next->link = branch->link;
    branch->link = NULL;
}

void sp_proxy_host_forget(struct sp_host_branch *branch)
{
    sp_proxy_host_unlist(branch);
    branch->transaction = 0;
}

/* What is known about an address. */
struct word {
    const struct sp_address *remote;
    enum sp_transport transport; /* an ICMP is about datagrams, an end about a connection ... */
    uint64_t last;               /* ... that was written to until this transaction */
};

static bool concerns(const struct word *word, const struct sp_host_branch *branch)
{
    return branch->hop.transport == word->transport && branch->transaction <= word->last &&
           sp_address_equal(&branch->hop.address, word->remote);
}

/* Ends the transactions that a word concerns, as far as there is room for what that has to say.
 * Each error ends its own transaction only, so the next one stays. True: all of them were told. */
static bool end_branches(struct sp_proxy_host *host, const struct word *word)
{
    enum {
        EVENTS_MAX = 2, /* that the end of one has: unreachable, ended */
    };
    struct sp_engine *engine = host->engine;
    struct sp_host_branch *branch = host->by_address[bucket_of(word->remote)];
    while (branch != NULL) {
        struct sp_host_branch *const next = branch->next;
        struct sp_txn_actions actions;
        if (host->event_count + EVENTS_MAX > SP_PROXY_HOST_EVENTS_MAX)
            return false;
        if (concerns(word, branch)) {
            sp_transactions_transport_error(engine->transactions, branch->transaction,
                                            &engine->turn, &actions);
            sp_engine_carry_out(engine, &actions);
        }
        branch = next;
    }
    return true;
}

/* A peer that dies may have thousands waiting for it: a branch that was not told would wait for
 * ever, since no request but INVITE has a time of its own in the proxy. */
static void spread(struct sp_proxy_host *host, const struct word *word)
{
    while (!end_branches(host, word))
        sp_proxy_host_settle(host); /* these are gone from the bucket: it begins at its front */
}

void sp_proxy_host_unreachable(struct sp_proxy_host *host, const struct sp_address *remote)
{
    spread(host, &(struct word){remote, SP_TRANSPORT_UDP, UINT64_MAX});
}

void sp_proxy_host_lost(struct sp_proxy_host *host, const struct sp_address *remote, uint64_t last)
{
    spread(host, &(struct word){remote, SP_TRANSPORT_TCP, last});
}

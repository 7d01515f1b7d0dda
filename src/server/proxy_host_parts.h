/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of a proxy host, shared by its files: proxy_host.c (its life, and the events that
 * wait), proxy_host_branch.c (who sends where), proxy_host_in.c (requests and their policy) and
 * proxy_host_out.c (actions).
 */
#ifndef SP_SERVER_PROXY_HOST_PARTS_H
#define SP_SERVER_PROXY_HOST_PARTS_H

#include "server/engine_parts.h"
#include "server/locate.h"
#include "server/proxy_host.h"
#include "server/proxy_host_moves.h"
#include "signpost/proxy/proxy.h"

enum {
    SP_PROXY_HOST_EVENTS_MAX = 512,  /* that one happening may cause: far above what the proxy's
                                        actions can, four for each branch */
    SP_PROXY_HOST_BUCKETS = 1024,    /* of addresses that are asked */
    SP_PROXY_HOST_LOOKUPS_MAX = 256, /* that take a while; as many as the locator has */
};

/* A client transaction of a branch: where it sends, so that a late word about the address finds it,
 * and a word about the transaction the address. It has the transaction's place. */
struct sp_host_branch {
    uint64_t transaction; /* 0: free */
    struct sp_next_hop hop;
    struct sp_host_branch *next, **link; /* of the same bucket; link NULL: it is in none */
};

/* A look-up that takes a while. */
struct sp_host_lookup {
    uint64_t user; /* 0: free */
    struct sp_host_wish {
        size_t size;             /* octets of the request, about */
        bool is_fixed;           /* the URI names the transport */
        struct sp_address leave; /* our address that it leaves from; family NONE: any */
    } wish;
};

/* An event that waits until the proxy may be called. */
struct sp_host_event {
    struct sp_proxy_event event;
    struct sp_hop hops[SP_PROXY_HOPS_MAX]; /* of LOCATED */
};

struct sp_proxy_host {
    struct sp_engine *engine;
    struct sp_proxy *proxy;
    struct sp_locate *locate;
    struct sp_host_branch *branches; /* by the place of their transaction */
    struct sp_host_branch *by_address[SP_PROXY_HOST_BUCKETS];
    struct sp_host_lookup lookups[SP_PROXY_HOST_LOOKUPS_MAX];
    struct sp_host_moves *moves;
    struct sp_span *names; /* of our domains, for `home` */
    struct sp_proxy_home home;
    struct sp_address own[SP_LISTENERS_MAX]; /* for `home` */
    uint64_t last_context;
    struct sp_message *request; /* of the last context, in the turn that it began in; else NULL */
    size_t event_first, event_count; /* a ring */
    uint64_t events_lost;            /* for which it had no room */
    struct sp_host_event events[SP_PROXY_HOST_EVENTS_MAX];
    struct sp_proxy_actions actions;
};

/* An event to be told by sp_proxy_host_settle, to be filled in; NULL: there is no room, counted. */
struct sp_host_event *sp_proxy_host_queue(struct sp_proxy_host *host, enum sp_proxy_event_kind kind,
                                          uint64_t user);

/* Notes the client transaction of a branch. */
void sp_proxy_host_note(struct sp_proxy_host *host, uint64_t transaction, const struct sp_hop *hop);

/* The branch of a transaction; NULL: it is none of the proxy's client transactions. */
struct sp_host_branch *sp_proxy_host_find(const struct sp_proxy_host *host, uint64_t transaction);

/* What becomes of its address is nothing to it any more: it has a final answer, or over TCP a
 * provisional one. Were it found by it while it rings or for the 32 seconds that its transaction
 * may linger, every word about the address would walk past all that have gone there. */
void sp_proxy_host_unlist(struct sp_host_branch *branch);

/* Forgets a branch whose client transaction has ended. */
void sp_proxy_host_forget(struct sp_host_branch *branch);

/* What the proxy has asked for in host->actions. */
void sp_proxy_host_carry_out(struct sp_proxy_host *host);

/* Look-ups that are over. */
void sp_proxy_host_take_located(struct sp_proxy_host *host);

#endif

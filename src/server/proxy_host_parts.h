/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of a proxy host, shared by its files: proxy_host.c (its life, and the events that
 * wait), proxy_host_branch.c (who sends where), proxy_host_in.c (requests and their policy) and
 * proxy_host_out.c (actions).
 */
#ifndef SP_SERVER_PROXY_HOST_PARTS_H
#define SP_SERVER_PROXY_HOST_PARTS_H

#include "base/slab.h"
#include "base/table.h"
#include "server/engine_parts.h"
#include "server/locate.h"
#include "server/proxy_host.h"
#include "signpost/proxy/proxy.h"

enum {
    SP_PROXY_HOST_EVENTS_MAX = 512, /* that one happening may cause: far above what the proxy's
                                       actions can, four for each branch */
    SP_PROXY_HOST_BUCKETS = 1024,   /* of addresses that are asked */
};

/* A client transaction of a branch: where it sends, so that a late word about the address, or the
 * proxy's wish to drop the branch, finds it. */
struct sp_host_branch {
    struct sp_table_entry by_user;
    uint64_t user; /* sp_proxy_user */
    uint64_t transaction;
    struct sp_hop hop;
    struct sp_host_branch *next, **link; /* of the same bucket */
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
    struct sp_slab *branches;
    struct sp_table *by_user;
    struct sp_host_branch *by_address[SP_PROXY_HOST_BUCKETS];
    struct sp_span *names; /* of our domains, for `home` */
    struct sp_proxy_home home;
    struct sp_address own[SP_LISTENERS_MAX]; /* for `home` */
    uint64_t last_context;
    size_t event_first, event_count; /* a ring */
    struct sp_host_event events[SP_PROXY_HOST_EVENTS_MAX];
    struct sp_proxy_actions actions;
};

/* An event to be told by sp_proxy_host_settle, to be filled in; NULL: there is no room, counted. */
struct sp_host_event *sp_proxy_host_queue(struct sp_proxy_host *host, enum sp_proxy_event_kind kind,
                                          uint64_t user);

/* Notes the client transaction of a branch. False: there is no room. */
SP_MUST_USE bool sp_proxy_host_note(struct sp_proxy_host *host, uint64_t user,
                                    const struct sp_hop *hop, struct sp_host_branch **branch);

/* The branch with that user; NULL: it has no client transaction. */
struct sp_host_branch *sp_proxy_host_find(const struct sp_proxy_host *host, uint64_t user);

/* Forgets a branch whose client transaction has ended. */
void sp_proxy_host_forget(struct sp_proxy_host *host, struct sp_host_branch *branch);

/* What the proxy has asked for in host->actions. */
void sp_proxy_host_carry_out(struct sp_proxy_host *host);

/* Look-ups that are over. */
void sp_proxy_host_take_located(struct sp_proxy_host *host);

#endif

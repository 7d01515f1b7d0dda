/* SPDX-License-Identifier: Apache-2.0
 *
 * Drives the proxy of one engine: finds the policy of a request in the configuration, turns what
 * happens to transactions and look-ups into the proxy's events, and carries out what it asks for.
 * The proxy is never called while its actions are carried out: what they cause at once is kept and
 * told by sp_proxy_host_settle, which whoever told the host something calls behind it.
 */
#ifndef SP_SERVER_PROXY_HOST_H
#define SP_SERVER_PROXY_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "server/dispatch.h"
#include "signpost/base/dns.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"
#include "signpost/transaction/action.h"

struct sp_engine;
struct sp_proxy_host; /* opaque */

/* The host lives no longer than its engine. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_proxy_host_new(struct sp_engine *engine, sp_time now,
                                          struct sp_proxy_host **host);
void sp_proxy_host_free(struct sp_proxy_host **host);

/* The engine has another configuration. Errors: SP_ERR_MEMORY; what stood goes on, but a Route that
 * names one of our domains is taken for somebody else's. */
SP_MUST_USE enum sp_err sp_proxy_host_configure(struct sp_proxy_host *host);

/* Finds out the way of a new request, or the fault that it is refused with. */
void sp_proxy_host_examine(struct sp_proxy_host *host, struct sp_dispatch_request *request);

/* Takes a request that was examined and that dispatch wants proxied; an ACK has no transaction.
 * `domain` NULL: it is in none of ours, and belongs to a dialog. */
void sp_proxy_host_request(struct sp_proxy_host *host, struct sp_dispatch_request *request,
                           const struct sp_domain *domain);

/* Sends a request of our own, in the name of one side of a call that we carry: `octets` in the
 * arena, with a Via of `local` that nobody answers to. */
void sp_proxy_host_originate(struct sp_proxy_host *host, struct sp_span octets,
                             const struct sp_address *local);

/* The context of a server transaction was cancelled by its caller. */
void sp_proxy_host_cancel(struct sp_proxy_host *host, uint64_t user, struct sp_message *cancel);

/* What a transaction with a user of the proxy's says. */
void sp_proxy_host_take(struct sp_proxy_host *host, const struct sp_txn_action *action);

/* No datagram reaches that address: all who wait for it are told. */
void sp_proxy_host_unreachable(struct sp_proxy_host *host, const struct sp_address *remote);

/* A connection to that address is gone: those are told that sent over TCP, have heard nothing yet,
 * and are not later than the transaction `last`. */
void sp_proxy_host_lost(struct sp_proxy_host *host, const struct sp_address *remote, uint64_t last);

void sp_proxy_host_answered(struct sp_proxy_host *host, uint64_t question,
                            const struct sp_dns_answer *answer);

/* Until nothing is left to tell. */
void sp_proxy_host_settle(struct sp_proxy_host *host);

/* One timer of the proxy's own; false when none is due. Call until false. */
bool sp_proxy_host_fire(struct sp_proxy_host *host);
sp_time sp_proxy_host_due(const struct sp_proxy_host *host);

/* Sets the proxy's counters and gauges. */
void sp_proxy_host_count(const struct sp_proxy_host *host, struct sp_metrics *metrics);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Session timers of one engine's proxied calls (RFC 4028 §8): which policy a request has, a 422
 * before anything is kept for it, the calls that are carried, what peers demand, and what becomes
 * of a call that has expired.
 */
#ifndef SP_SERVER_SESSION_HOST_H
#define SP_SERVER_SESSION_HOST_H

#include <stdbool.h>

#include "server/dispatch.h"
#include "server/peer_memory.h"
#include "server/session_table.h"
#include "signpost/proxy/action.h"

struct sp_engine;
struct sp_session_host; /* opaque */

/* The host lives no longer than its engine. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_session_host_new(struct sp_engine *engine, sp_time now,
                                            struct sp_session_host **host);
void sp_session_host_free(struct sp_session_host **host);

/* A change out of the journal, in the order in which they were made: a call that was kept, and has
 * to be ended, or (an empty value) not any more. Errors: SP_ERR_SYNTAX, SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_session_host_restore(struct sp_session_host *host, struct sp_span key,
                                                struct sp_span kept, struct sp_moment at);

/* All calls that have to be ended, as changes that make them again. */
typedef void sp_session_keep(void *context, struct sp_span key, struct sp_span value);
void sp_session_host_keep_all(const struct sp_session_host *host, sp_session_keep *keep,
                              void *context);

/* Whether an INVITE outside every dialog is to be answered 422 before anything is kept for it; then
 * its fault says so. */
bool sp_session_host_refuses(struct sp_session_host *host, struct sp_dispatch_request *request,
                             const struct sp_domain *domain);

/* A request that is about to be proxied: its policy, good until the next call; NULL: its timers are
 * the business of others. `domain` NULL: it is in none of ours. A request of a dialog has the
 * policy of its first one; a BYE needs none, and ends the call. */
const struct sp_session_policy *sp_session_host_request(struct sp_session_host *host,
                                                        struct sp_dispatch_request *request,
                                                        const struct sp_domain *domain);

/* SP_PROXY_SESSION. */
void sp_session_host_heard(struct sp_session_host *host, const struct sp_proxy_action *action);

/* A 422 of whoever `asked` is: its Min-SE is remembered. */
void sp_session_host_refused(struct sp_session_host *host, struct sp_message *response,
                             const struct sp_address *asked);

/* Ends one call that has expired; false when none has. Call until false. */
bool sp_session_host_fire(struct sp_session_host *host);
sp_time sp_session_host_due(const struct sp_session_host *host);

/* Ends the calls of a Call-ID by BYE, for an operator; how many there were. */
size_t sp_session_host_end(struct sp_session_host *host, struct sp_span call_id);

const struct sp_session_table *sp_session_host_table(const struct sp_session_host *host);
const struct sp_peer_memory *sp_session_host_peers(const struct sp_session_host *host);

/* Sets the counters and gauges. */
void sp_session_host_count(const struct sp_session_host *host, struct sp_metrics *metrics);

#endif

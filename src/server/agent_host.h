/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs one user agent (agent/call or agent/answer) on a UDP socket of its own: datagrams and timers
 * become events, actions are carried out, names are resolved. `signpost call` and `signpost answer`
 * are this and a command line.
 */
#ifndef SP_SERVER_AGENT_HOST_H
#define SP_SERVER_AGENT_HOST_H

#include <stdbool.h>

#include "server/locate.h"
#include "signpost/agent/action.h"
#include "signpost/base/address.h"
#include "signpost/base/err.h"
#include "signpost/base/time.h"

struct sp_agent_host; /* opaque */

/* The agent that is run, as its own room gives it. */
struct sp_agent_part {
    void *self;
    void (*step)(void *self, const struct sp_agent_event *event, sp_time now,
                 struct sp_arena *arena, struct sp_agent_actions *actions);
    bool (*has_enough)(void *self); /* asked after each turn: it shall end; NULL: never */
};

/* Told of every TRACE, REMEMBER and FORGET, on the thread that runs the host. */
typedef void sp_agent_watch(void *context, const struct sp_agent_action *action, sp_time now);

struct sp_agent_host_options {
    struct sp_address listen; /* port 0: any free one; 0.0.0.0 or ::: every address */
    uint8_t transports;       /* UDP and TCP as bits, both on one port; 0: UDP */
    struct sp_address dns;    /* name server; family NONE: what the system asks */
    sp_agent_watch *watch;
    void *context;
};

/* Opens the sockets. With UDP and port 0, TCP is left out when it can't have the same port. Errors:
 * SP_ERR_BUSY (the port is in use), SP_ERR_IO, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_agent_host_new(const struct sp_agent_host_options *options,
                                          struct sp_agent_host **host);
void sp_agent_host_free(struct sp_agent_host **host);

/* Where a request for a URI goes, waited for; SIGINT and SIGTERM end that. What the DNS came to is
 * in `located`. Errors: those of sp_locate_begin; SP_ERR_UNCERTAIN (stopped). */
SP_MUST_USE enum sp_err sp_agent_host_locate(struct sp_agent_host *host, struct sp_span uri,
                                             struct sp_located *located);

/* The transports that it has. */
uint8_t sp_agent_host_transports(const struct sp_agent_host *host);

/* What an agent sends to the first of these places goes to the others when it fails. */
void sp_agent_host_fall_back(struct sp_agent_host *host, const struct sp_located *located);

/* The address to put into Via and Contact for somebody at `peer`: the socket's own, or, when it
 * listens on every address, the one that leads there. Errors: SP_ERR_IO (no way there). */
SP_MUST_USE enum sp_err sp_agent_host_local(const struct sp_agent_host *host,
                                            const struct sp_address *peer,
                                            struct sp_address *local);

/* Runs the agent until it has finished. SIGINT and SIGTERM ask it to end; the second one stops it
 * as it stands. `begins` sends it SP_AGENT_BEGIN first. Errors: SP_ERR_REFUSED (stopped). */
SP_MUST_USE enum sp_err sp_agent_host_run(struct sp_agent_host *host,
                                          const struct sp_agent_part *agent, bool begins);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs one user agent (agent/call or agent/answer) on a UDP socket of its own: datagrams and timers
 * become events, actions are carried out, names are resolved. `signpost call` and `signpost answer`
 * are this and a command line.
 */
#ifndef SP_SERVER_AGENT_HOST_H
#define SP_SERVER_AGENT_HOST_H

#include <stdbool.h>

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
    sp_agent_watch *watch;
    void *context;
};

/* Opens the socket. Errors: SP_ERR_BUSY (the port is in use), SP_ERR_IO, SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_agent_host_new(const struct sp_agent_host_options *options,
                                          struct sp_agent_host **host);
void sp_agent_host_free(struct sp_agent_host **host);

/* The first address of a host's name, waited for. Errors: SP_ERR_SYNTAX, SP_ERR_ABSENT (nobody
 * knows the name), SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_agent_host_resolve(struct sp_agent_host *host, struct sp_span name,
                                              uint16_t port, struct sp_address *address);

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

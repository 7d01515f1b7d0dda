/* SPDX-License-Identifier: Apache-2.0
 *
 * The extensions of SIP that an agent has: what its Allow and Supported say, and how it refuses
 * what needs others (RFC 3261 §8.2.1, §8.2.2).
 */
#ifndef SP_AGENT_EXTENSION_H
#define SP_AGENT_EXTENSION_H

#include <stdbool.h>

#include "signpost/agent/action.h"
#include "signpost/base/writer.h"

struct sp_agent_turn;

struct sp_agent_extensions {
    bool timer;    /* RFC 4028 */
    bool update;   /* RFC 3311 */
    bool reliable; /* 100rel, RFC 3262 */
};

void sp_agent_write_allow(const struct sp_agent_turn *turn, struct sp_writer *writer);

/* Supported; no field at all when there is nothing to tell. */
void sp_agent_write_supported(const struct sp_agent_turn *turn, struct sp_writer *writer);

/* Contact, Allow, Supported: what every INVITE and UPDATE of ours and each 2xx to one carries. */
void sp_agent_write_self(const struct sp_agent_turn *turn, struct sp_writer *writer);

/* Whether we know the method, and whether a Require is more than we have; answers what we cannot
 * do, 501, 405, 416 or 420, and says so. ACK is never answered. */
bool sp_agent_refuses(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                      struct sp_span tag);

/* Answers OPTIONS (RFC 3261 §11.2). */
void sp_agent_answer_options(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                             struct sp_span tag);

#endif

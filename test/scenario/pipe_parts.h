/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two files of the network in memory share.
 */
#ifndef SP_TEST_SCENARIO_PIPE_PARTS_H
#define SP_TEST_SCENARIO_PIPE_PARTS_H

#include "pipe.h"

/* A message in the pipe's arena; the test fails when it is not well formed. */
struct sp_message *pipe_parse(struct pipe *pipe, struct sp_span octets);

/* Carries out the actions in their order; `event` has the message that may be delivered, or none.
 */
void pipe_follow(struct pipe *pipe, struct pipe_node *node, const struct sp_txn_actions *actions,
                 const struct sp_agent_event *event);

/* All that takes no time. */
void pipe_settle(struct pipe *pipe);

void pipe_keep(char text[PIPE_OCTETS_MAX], struct sp_span octets);

/* A script answers a request as `how` says, or as it is that request's turn. */
void pipe_script_reply(struct pipe *pipe, struct pipe_node *node, uint64_t id,
                       const struct pipe_reply *how, struct sp_message *request);
void pipe_script_play(struct pipe *pipe, struct pipe_node *node, uint64_t id,
                      struct sp_message *request);

#endif

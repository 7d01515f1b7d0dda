/* SPDX-License-Identifier: Apache-2.0
 *
 * What every part of an agent does in one step: writes messages into the turn's arena and asks its
 * driver to send them, each with its line of the ladder.
 */
#ifndef SP_AGENT_TURN_H
#define SP_AGENT_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/extension.h"
#include "signpost/agent/action.h"
#include "signpost/base/random.h"
#include "signpost/base/writer.h"
#include "signpost/dialog/dialog.h"
#include "signpost/sip/request.h"
#include "signpost/sip/response.h"

enum {
    SP_AGENT_TOKEN = 16,         /* octets of a tag */
    SP_AGENT_BRANCH = 7 + 16,    /* "z9hG4bK" and a token */
    SP_AGENT_MESSAGE_MAX = 4096, /* of what we write */
};

/* What an agent is, whatever it does. */
struct sp_agent_self {
    struct sp_agent_extensions has;
    struct sp_address local;
    struct sp_random random;
    uint32_t last_exchange;
    struct sp_span contact; /* "<sip:signpost@192.0.2.1:5060>" */
    char contact_text[96];
};

struct sp_agent_turn {
    struct sp_agent_self *self;
    sp_time now;
    struct sp_arena *arena;
    struct sp_agent_actions *actions;
};

/* `transports`: those of ours, enum sp_transport as bits; 0: UDP. Without UDP our Contact says so.
 * Errors: SP_ERR_REFUSED (no local address). */
SP_MUST_USE enum sp_err sp_agent_self_init(struct sp_agent_self *self,
                                           const struct sp_address *local, uint8_t transports,
                                           const uint8_t seed[16]);

/* A cleared action of that kind at the end of the list. */
struct sp_agent_action *sp_agent_act(struct sp_agent_turn *turn, enum sp_agent_action_kind kind);

/* A new token of SP_AGENT_TOKEN octets at `text`. */
struct sp_span sp_agent_token(struct sp_agent_self *self, char *text);

/* A new branch of SP_AGENT_BRANCH octets at `text`. */
struct sp_span sp_agent_branch(struct sp_agent_self *self, char *text);

/* Where a URI is sent, by its host alone. */
struct sp_destination sp_agent_destination(const struct sp_uri *uri);

/* Text in the turn's arena, for a line of the ladder; absent when it is too long. */
struct sp_span sp_agent_remark(struct sp_agent_turn *turn, const char *format, ...) SP_PRINTF(2, 3);

/* A writer over memory of the turn. */
void sp_agent_write(struct sp_agent_turn *turn, struct sp_writer *writer);

/* The first lines of a request of ours; a head without a branch gets a new one. */
void sp_agent_request(struct sp_agent_turn *turn, struct sp_writer *writer,
                      struct sp_request_head *head);

/* The Record-Route of a request, in an answer that makes a dialog (RFC 3261 §12.1.1). */
void sp_agent_write_routes(struct sp_writer *writer, const struct sp_message *request);

/* Sends what was written as a request, with a line of the ladder; returns the number of its
 * exchange, or 0 when it did not fit its memory and was not sent. */
uint32_t sp_agent_send(struct sp_agent_turn *turn, const struct sp_writer *writer,
                       const struct sp_destination *destination, struct sp_span remark);

/* An ACK, straight to the transport. */
void sp_agent_send_ack(struct sp_agent_turn *turn, struct sp_span octets,
                       const struct sp_destination *destination);

/* A line of the ladder for a message that is sent; its first line is enough. */
void sp_agent_trace_sent(struct sp_agent_turn *turn, struct sp_span message,
                         const struct sp_destination *to, struct sp_span remark);

/* A response to event->message. `tag` is ours for its To; more fields may follow begin. */
void sp_agent_answer_begin(struct sp_agent_turn *turn, struct sp_writer *writer,
                           const struct sp_agent_event *event, uint16_t status, struct sp_span tag);

/* Ends the response and sends it through the transaction of `event`; what was sent, or an absent
 * span when it did not fit and a 513 went in its place. `sdp` may be absent. */
struct sp_span sp_agent_answer_end(struct sp_agent_turn *turn, struct sp_writer *writer,
                                   const struct sp_agent_event *event, struct sp_span sdp,
                                   struct sp_span remark);

/* 500 with a Retry-After of 0 to 10 s: to come again, once what is under way is over (RFC 3261
 * §14.2, RFC 3311 §5.2). */
void sp_agent_answer_later(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                           struct sp_span tag);

/* A response with nothing but what it must have, however long that is. */
void sp_agent_answer(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                     uint16_t status, struct sp_span tag);

/* Lines of the ladder: a message that came, and a remark alone. */
void sp_agent_trace(struct sp_agent_turn *turn, const struct sp_agent_event *event,
                    struct sp_span remark);
void sp_agent_note(struct sp_agent_turn *turn, struct sp_span remark);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The lanes of a call's ladder: a lane for each address that sent or got something. Over TCP the
 * port that a client happens to have is no party of its own: its host is.
 */
#ifndef SP_TRACE_LANE_H
#define SP_TRACE_LANE_H

#include "signpost/reference/code.h"
#include "trace/call.h"

enum {
    SP_TRACE_LANES_MAX = 8 /* the last one is shared by all that come later */
};

struct sp_trace_lanes {
    unsigned count;
    struct sp_address addresses[SP_TRACE_LANES_MAX]; /* port 0: all ports of the host */
};

/* Finds the lanes of all messages, in the order in which they appear. */
void sp_trace_lanes_find(struct sp_trace_lanes *lanes, const struct sp_trace_call *call);

/* The lanes of a message. */
unsigned sp_trace_lane_from(const struct sp_trace_lanes *lanes,
                            const struct sp_trace_message *message);
unsigned sp_trace_lane_to(const struct sp_trace_lanes *lanes,
                          const struct sp_trace_message *message);

/* What an arrow says: "INVITE", "301 Moved Permanently", with a mark when it was sent again.
 * `language` is that of the mark. */
void sp_trace_label(struct sp_writer *writer, const struct sp_trace_message *message,
                    enum sp_language language);

/* The class of a response, 1 to 6; 0 of a request. */
unsigned sp_trace_class(const struct sp_trace_message *message);

#endif

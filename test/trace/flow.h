/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls written down in few words, for tests of the trace: a line for each message, out of which a
 * whole message of SIP is made.
 *
 *     0.0  A>B INVITE sip:b@example.com | Session-Expires: 60 | Supported: timer
 *     0.1  B>A 422 | Min-SE: 90
 *     0.2  A>B ACK
 *
 * A is 192.0.2.1:5060, B is 192.0.2.2:5060 and so on. Behind the method (and its Request-URI) or
 * the status stand words: cseq=2, branch=x, via=2 (how many Vias), id=c2 (Call-ID), from=x and to=x
 * (tags), user=x (of From), m=BYE (CSeq's method of a response), re (inside the dialog), rev (sent
 * by the callee of the dialog), bare (no Contact). Behind each '|' stands a header field. A line
 * "end 40.0" says when the capture ends; one that begins with '#' says nothing.
 */
#ifndef TRACE_FLOW_H
#define TRACE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/span.h"

enum {
    FLOW_MESSAGE_MAX = 8192
};

struct flow_step {
    int64_t at_ms;
    char from, to; /* 'A' to 'Z'; 0 at the end of the capture */
    size_t len;
    char octets[FLOW_MESSAGE_MAX];
};

/* Takes the next line off a flow; false at its end. Stops the program at a line that it does not
 * understand. */
bool flow_next(struct sp_span *rest, struct flow_step *step);

#endif

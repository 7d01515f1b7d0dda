/* SPDX-License-Identifier: Apache-2.0
 *
 * A callee of ours and a peer that asks it whatever a test wants, at the two ends of a pipe.
 */
#ifndef SP_TEST_SCENARIO_PEER_H
#define SP_TEST_SCENARIO_PEER_H

#include <stdio.h>
#include <string.h>

#include "pipe.h"

static const struct pipe_reply silent[] = {{0, "", NULL}};

static struct pipe pipe;
static struct pipe_node *peer;
static struct pipe_node *callee;

static inline void open_with(const struct sp_answer_plan *plan)
{
    pipe_open(&pipe);
    peer = pipe_add_script(&pipe, "peer", silent, 1);
    callee = pipe_add_answer(&pipe, "callee", plan);
}

/* A request from the peer, with more header lines and a body. */
static inline void ask_with(const char *method, int cseq, const char *to_tag, const char *fields,
                            const char *body)
{
    static int branch;
    char text[PIPE_OCTETS_MAX];
    snprintf(text, sizeof text,
             "%s sip:bob@192.0.2.2 SIP/2.0\r\n"
             "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK%d\r\n"
             "Max-Forwards: 70\r\n"
             "From: <sip:alice@example.com>;tag=a1\r\n"
             "To: <sip:bob@example.com>%s%s\r\n"
             "Call-ID: c1\r\n"
             "CSeq: %d %s\r\n"
             "Contact: <sip:alice@192.0.2.1>\r\n"
             "%sContent-Length: %zu\r\n\r\n%s",
             method, ++branch, to_tag[0] != '\0' ? ";tag=" : "", to_tag, cseq, method, fields,
             strlen(body), body);
    pipe_inject(&pipe, peer, callee, text);
}

static inline void ask(const char *method, int cseq, const char *to_tag, const char *fields)
{
    ask_with(method, cseq, to_tag, fields, "");
}

/* The tag that the callee gave. */
static inline const char *tag(void)
{
    static char text[64];
    const char *to = strstr(peer->last_response, "\r\nTo: ");
    const char *at = strstr(to, ";tag=") + 5;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\r;"), at);
    return text;
}

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes that answer as they are told, and ask when they are told.
 */
#include <stdio.h>
#include <string.h>

#include "pipe_parts.h"
#include "signpost/sip/response.h"

void pipe_keep(char text[PIPE_OCTETS_MAX], struct sp_span octets)
{
    snprintf(text, PIPE_OCTETS_MAX, "%.*s", (int)octets.len, octets.ptr);
}

void pipe_script_reply(struct pipe *pipe, struct pipe_node *node, uint64_t id,
                       const struct pipe_reply *how, struct sp_message *request)
{
    char text[PIPE_OCTETS_MAX];
    struct sp_writer writer;
    struct sp_span octets;
    const struct sp_turn turn = {pipe->now, &pipe->arena};
    struct sp_txn_actions actions;
    const struct sp_response_head head = {
        .request = request,
        .status = how->status,
        .to_tag = sp_span_of(how->tag != NULL ? how->tag : node->name),
    };
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_write_text(&writer, how->fields);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    assert_int_equal(sp_writer_end(&writer, &octets), SP_OK);
    if (sp_transactions_respond(node->table, id, octets, &turn, &actions) == SP_OK)
        pipe_follow(pipe, node, &actions, NULL);
}

void pipe_script_play(struct pipe *pipe, struct pipe_node *node, uint64_t id,
                      struct sp_message *request)
{
    static const struct pipe_reply ok = {200, "", NULL};
    const struct pipe_reply *how = &ok;
    if (request->method == SP_METHOD_INVITE) {
        pipe_keep(node->invite, request->octets);
        node->invite_id = id;
        how = &node->replies[node->replied];
        if (node->replied + 1 < node->reply_count)
            node->replied++;
    }
    const struct pipe_reply update = {node->update_status, "", NULL};
    if (request->method == SP_METHOD_UPDATE && node->update_status != 0)
        how = &update;
    if (how->status != 0)
        pipe_script_reply(pipe, node, id, how, request);
}

void pipe_reply(struct pipe *pipe, struct pipe_node *node, const struct pipe_reply *how)
{
    pipe_script_reply(pipe, node, node->invite_id, how, pipe_parse(pipe, sp_span_of(node->invite)));
    pipe_settle(pipe);
}

/* What follows a field's name in the last INVITE that a script heard. */
static void copy_field(const struct pipe_node *node, const char *name, char *text, size_t max)
{
    const char *at = strstr(node->invite, name);
    assert_non_null(at);
    at += strlen(name);
    snprintf(text, max, "%.*s", (int)strcspn(at, "\r"), at);
}

void pipe_ask(struct pipe *pipe, struct pipe_node *node, const char *method, const char *fields)
{
    char text[PIPE_OCTETS_MAX], from[256], call_id[256];
    copy_field(node, "\r\nFrom: ", from, sizeof from);
    copy_field(node, "\r\nCall-ID: ", call_id, sizeof call_id);
    node->asked++;
    snprintf(text, sizeof text,
             "%s sip:signpost@192.0.2.1 SIP/2.0\r\n"
             "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKasked%d\r\n"
             "Max-Forwards: 70\r\nCSeq: %d %s\r\nContact: <sip:bob@192.0.2.2>\r\n"
             "From: <sip:bob@192.0.2.2>;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\n"
             "%sContent-Length: 0\r\n\r\n",
             method, node->asked, node->asked, method, node->name, from, call_id, fields);
    pipe_inject(pipe, node, &pipe->nodes[0], text);
}

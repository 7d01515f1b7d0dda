/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of this room share: a request read from text, and what was written.
 */
#ifndef SP_SERVICE_SERVICE_TEST_H
#define SP_SERVICE_SERVICE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "signpost/sip/message.h"
#include "signpost/sip/response.h"

/* Static in a test: what its arena has not given out stays poisoned when the test is over. */
struct desk {
    char text[4096], memory[65536], paper[8192];
    struct sp_arena arena;
    struct sp_message message;
    struct sp_address source;
    struct sp_writer writer;
};

/* Reads a request whose request line and further fields are given; the usual ones are added. */
static inline void desk_read(struct desk *desk, const char *line, const char *fields)
{
    const char *method = line;
    const int method_len = (int)strcspn(line, " ");
    struct sp_fault fault;
    snprintf(desk->text, sizeof desk->text,
             "%s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK77;rport\r\n"
             "Max-Forwards: 0\r\nFrom: <sip:a@example.org>;tag=f1\r\nTo: <sip:b@example.com>\r\n"
             "Call-ID: c1@example.org\r\nCSeq: 7 %.*s\r\n"
             "Contact: <sip:a@192.0.2.7>\r\n%sContent-Length: 0\r\n\r\n",
             line, method_len, method, fields);
    sp_arena_init(&desk->arena, desk->memory, sizeof desk->memory);
    assert_int_equal(sp_address_parse(SP_SPAN("192.0.2.7:5062"), 0, &desk->source), SP_OK);
    if (sp_message_parse(sp_span_of(desk->text), SP_FRAMING_DATAGRAM, 65535, &desk->arena,
                         &desk->message, &fault) != SP_OK ||
        sp_message_check(&desk->message, &fault) != SP_OK)
        fail_msg("%s: %s", line, fault.phrase);
    memset(desk->paper, 0, sizeof desk->paper);
    sp_writer_init(&desk->writer, desk->paper, sizeof desk->paper - 1);
}

static inline struct sp_response_head desk_head(struct desk *desk)
{
    return (struct sp_response_head){
        .request = &desk->message, .to_tag = SP_SPAN("t1"), .source = &desk->source};
}

#endif

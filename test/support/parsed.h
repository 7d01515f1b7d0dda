/* SPDX-License-Identifier: Apache-2.0
 *
 * A message read and checked for a test, with the memory that it stands in. That stays poisoned for
 * AddressSanitizer where the message does not use it, so it must be static.
 *
 *     static struct parsed parsed;
 *     assert_int_equal(parse(&parsed, "INVITE ..."), SP_OK);
 */
#ifndef TEST_SUPPORT_PARSED_H
#define TEST_SUPPORT_PARSED_H

#include "signpost/base/arena.h"
#include "signpost/sip/message.h"

struct parsed {
    struct sp_message message;
    struct sp_fault fault;
    enum sp_err parse_err;
    enum sp_err err; /* of parse, and when that went well, of the check */
    _Alignas(16) char memory[65536];
};

static inline enum sp_err parse_span(struct parsed *parsed, struct sp_span octets,
                                     enum sp_framing framing)
{
    struct sp_arena arena;
    sp_arena_init(&arena, parsed->memory, sizeof parsed->memory);
    parsed->fault = (struct sp_fault){.phrase = ""};
    parsed->parse_err =
        sp_message_parse(octets, framing, 65536, &arena, &parsed->message, &parsed->fault);
    parsed->err = parsed->parse_err;
    if (parsed->err == SP_OK)
        parsed->err = sp_message_check(&parsed->message, &parsed->fault);
    return parsed->err;
}

/* As a datagram. */
static inline enum sp_err parse(struct parsed *parsed, const char *text)
{
    return parse_span(parsed, sp_span_of(text), SP_FRAMING_DATAGRAM);
}

#endif

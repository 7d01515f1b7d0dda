/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of a message leads into its copy, however it stood on the wire.
 */
#include "trace/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    ARENA = 128 * 1024,
    MESSAGES = 4,
};

struct stage {
    struct sp_trace_pool pool;
    struct sp_arena arena;
    char octets[ARENA];
};

static int start(void **state)
{
    static struct stage stage;
    sp_arena_init(&stage.arena, stage.octets, ARENA);
    assert_int_equal(sp_trace_pool_init(&stage.pool, MESSAGES), SP_OK);
    *state = &stage;
    return 0;
}

static int stop(void **state)
{
    struct stage *const stage = *state;
    sp_trace_pool_fini(&stage->pool);
    sp_arena_fini(&stage->arena);
    return 0;
}

static const char text[] = "INVITE sip:b@example.com SIP/2.0\r\n"
                           "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.9\r\n"
                           "f: <sip:a@example.com>;tag=f\r\nt: <sip:b@example.com>\r\n"
                           "i: one\r\nCSeq: 7 INVITE\r\nMax-Forwards: 70\r\n"
                           "x: 1800;\r\n refresher=uac\r\nk: path,\r\n timer\r\n"
                           "m: <sip:a@192.0.2.1?Subject=x>\r\nUser-Agent: phone\r\n\r\n";

static enum sp_err take(struct stage *stage, struct sp_span octets,
                        struct sp_trace_message **message)
{
    const struct sp_trace_place place = {.transport = SP_TRANSPORT_UDP};
    return sp_trace_message_read(&stage->pool, &stage->arena, &place, octets, message);
}

static void folded_and_compact_fields_are_kept(void **state)
{
    struct stage *const stage = *state;
    char octets[sizeof text];
    struct sp_trace_message *message = NULL;
    memcpy(octets, text, sizeof text);
    assert_int_equal(take(stage, sp_span(octets, sizeof text - 1), &message), SP_OK);
    memset(octets, 'x', sizeof octets); /* the frame is gone */
    sp_arena_reset(&stage->arena);
    assert_null(message->fault);
    assert_true(sp_span_equal(message->start_line, SP_SPAN("INVITE sip:b@example.com")));
    assert_true(sp_span_equal(message->call_id, SP_SPAN("one")));
    assert_true(sp_span_equal(message->branch, SP_SPAN("z9hG4bK1")));
    assert_true(sp_span_equal(message->from_tag, SP_SPAN("f")));
    assert_true(sp_span_equal(message->agent, SP_SPAN("phone")));
    assert_int_equal(message->via_count, 2);
    assert_int_equal(message->cseq, 7);
    assert_int_equal(message->session_expires, SP_TRACE_READ);
    assert_int_equal(message->interval_s, 1800);
    assert_int_equal(message->refresher, SP_REFRESHER_UAC);
    assert_true(sp_span_has_prefix(message->session_expires_text, SP_SPAN("1800; ")));
    assert_int_equal(sp_span_find(message->session_expires_text, '\n'),
                     message->session_expires_text.len);
    assert_true(message->supports_timer && message->has_contact_headers);
    sp_trace_message_free(&stage->pool, &message);
}

static void a_full_pool_leaves_a_message_out(void **state)
{
    struct stage *const stage = *state;
    struct sp_trace_message *messages[MESSAGES], *more = NULL;
    for (int k = 0; k < MESSAGES; k++)
        assert_int_equal(take(stage, SP_SPAN(text), &messages[k]), SP_OK);
    assert_int_equal(take(stage, SP_SPAN(text), &more), SP_ERR_FULL);
    assert_true(sp_trace_pool_is_tight(&stage->pool));
    for (int k = 0; k < MESSAGES; k++)
        sp_trace_message_free(&stage->pool, &messages[k]);
    assert_false(sp_trace_pool_is_tight(&stage->pool));
}

static void what_cannot_be_parsed_is_kept_with_its_fault(void **state)
{
    struct stage *const stage = *state;
    struct sp_trace_message *message = NULL;
    const struct sp_span broken = SP_SPAN("INVITE sip:b@example.com SIP/2.0\r\n"
                                          "Call-ID: two\r\nno field\r\n\r\n");
    assert_int_equal(take(stage, broken, &message), SP_OK);
    assert_non_null(message->fault);
    assert_true(sp_span_equal(message->call_id, SP_SPAN("two")));
    assert_true(sp_span_equal(message->octets, broken));
    sp_trace_message_free(&stage->pool, &message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(folded_and_compact_fields_are_kept, start, stop),
        cmocka_unit_test_setup_teardown(a_full_pool_leaves_a_message_out, start, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_parsed_is_kept_with_its_fault, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

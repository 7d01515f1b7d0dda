/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames in, calls out; and memory that has an end.
 */
#include "trace/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signpost/base/time.h"
#include "support/frame.h"

enum {
    TEXT_MAX = 4096
};

static const struct sp_trace_limits small = {16, 64, 8};

static struct sp_trace *new_trace(void)
{
    const struct sp_hash_key key = {1, 2};
    struct sp_trace *trace = NULL;
    assert_int_equal(sp_trace_new(&key, &small, &trace), SP_OK);
    return trace;
}

/* A request with that number as its Call-ID. */
static struct sp_span request(char *text, const char *method, unsigned call)
{
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, text, TEXT_MAX);
    sp_write_format(&writer,
                    "%s sip:b@example.com SIP/2.0\r\n"
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%s%u\r\n"
                    "From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>\r\n"
                    "Call-ID: %u\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n"
                    "Subject:\r\n folded\r\nContent-Length: 0\r\n\r\n",
                    method, method, call, call, method);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    return written;
}

static struct frame_plan plan_of(struct sp_span payload)
{
    return (struct frame_plan){
        .src = {.family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}},
        .dst = {.family = SP_FAMILY_IPV4, .port = 5070, .ip = {192, 0, 2, 2}},
        .payload = payload,
    };
}

static void take(struct sp_trace *trace, const struct frame_plan *plan, int64_t at_ns)
{
    static struct frame made;
    frame_make(plan, &made);
    const struct sp_trace_frame frame = {sp_span(made.octets, made.len),
                                         frame_link_number(plan->link), at_ns};
    sp_trace_take(trace, &frame);
}

/* Takes all calls that are ready; answers how many. */
static unsigned drain(struct sp_trace *trace, bool is_end)
{
    unsigned count = 0;
    struct sp_trace_call *call = sp_trace_ready(trace, is_end);
    for (; call != NULL; call = sp_trace_ready(trace, is_end)) {
        count++;
        sp_trace_give_back(trace, &call);
    }
    return count;
}

static void a_message_is_found_in_fragments_and_segments(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    struct sp_trace *trace = new_trace();
    struct frame_plan plan = plan_of(request(text, "OPTIONS", 1));
    plan.fragment_len = 64;
    for (size_t from = 0; from < frame_transport_len(&plan); from += 64) {
        plan.fragment_from = from;
        take(trace, &plan, 0);
    }
    struct frame_plan segment = plan_of(request(text, "MESSAGE", 2));
    segment.is_tcp = true;
    const struct sp_span whole = segment.payload;
    for (size_t from = 0; from < whole.len; from += 50) {
        segment.sequence = (uint32_t)from;
        segment.payload = sp_span_first(sp_span_after(whole, from), 50);
        take(trace, &segment, 0);
    }
    assert_int_equal(sp_trace_counted(trace).messages, 2);
    assert_int_equal(drain(trace, true), 2);
    sp_trace_free(&trace);
}

static void a_datagram_captured_twice_is_one(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    struct sp_trace *trace = new_trace();
    const struct frame_plan plan = plan_of(request(text, "OPTIONS", 1));
    take(trace, &plan, 0);
    take(trace, &plan, SP_MILLISECOND);
    take(trace, &plan, 500 * SP_MILLISECOND); /* this one was sent again */
    assert_int_equal(sp_trace_counted(trace).duplicates, 1);
    struct sp_trace_call *call = sp_trace_ready(trace, true);
    assert_int_equal(call->count, 2);
    assert_ptr_equal(call->last->again_of, call->first);
    assert_int_equal(call->first->again_count, 1);
    sp_trace_give_back(trace, &call);
    sp_trace_free(&trace);
}

/* Ten thousand calls through room for sixteen: each comes out once, in its order. */
static void calls_come_out_when_room_runs_out(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    struct sp_trace *trace = new_trace();
    unsigned count = 0;
    for (unsigned k = 0; k < 10000; k++) {
        const struct frame_plan plan = plan_of(request(text, "OPTIONS", k));
        take(trace, &plan, k * SP_MILLISECOND);
        count += drain(trace, false);
    }
    count += drain(trace, true);
    assert_int_equal(count, 10000);
    assert_int_equal(sp_trace_counted(trace).left_out, 0);
    assert_true(sp_trace_counted(trace).unending_calls > 0);
    sp_trace_free(&trace);
}

static void messages_beyond_the_room_are_counted(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    struct sp_trace *trace = new_trace();
    for (unsigned k = 0; k < 100; k++) {
        const struct frame_plan plan = plan_of(request(text, "OPTIONS", k));
        take(trace, &plan, k * SP_SECOND); /* nobody takes a call out */
    }
    const struct sp_trace_counts counts = sp_trace_counted(trace);
    assert_int_equal(counts.messages, small.calls);
    assert_int_equal(counts.messages + counts.left_out, 100);
    assert_int_equal(drain(trace, true), small.calls);
    sp_trace_free(&trace);
}

static void a_call_with_too_many_messages_keeps_the_first(void **state)
{
    const struct sp_hash_key key = {1, 2};
    const struct sp_trace_limits limits = {8, 2048, 8};
    char text[TEXT_MAX];
    struct sp_trace *trace = NULL;
    (void)state;
    assert_int_equal(sp_trace_new(&key, &limits, &trace), SP_OK);
    for (unsigned k = 0; k < SP_TRACE_CALL_MESSAGES_MAX + 10; k++) {
        const struct frame_plan plan = plan_of(request(text, "OPTIONS", 1));
        take(trace, &plan, k * SP_SECOND);
    }
    struct sp_trace_call *call = sp_trace_ready(trace, true);
    assert_int_equal(call->count, SP_TRACE_CALL_MESSAGES_MAX);
    assert_int_equal(call->left_out, 10);
    sp_trace_give_back(trace, &call);
    sp_trace_free(&trace);
}

static void a_frame_that_the_capture_cut_is_no_malformed_message(void **state)
{
    static struct frame made;
    char text[TEXT_MAX];
    (void)state;
    struct sp_trace *trace = new_trace();
    const struct frame_plan plan = plan_of(request(text, "OPTIONS", 1));
    frame_make(&plan, &made);
    const struct sp_trace_frame frame = {sp_span(made.octets, made.len - 40), 1, 0};
    sp_trace_take(trace, &frame);
    struct sp_trace_call *call = sp_trace_ready(trace, true);
    assert_true(call->first->place.is_cut);
    assert_null(call->first->fault);
    assert_true(sp_span_equal(call->call_id, SP_SPAN("1")));
    sp_trace_give_back(trace, &call);
    sp_trace_free(&trace);
}

static void a_message_without_call_id_has_a_place_too(void **state)
{
    (void)state;
    struct sp_trace *trace = new_trace();
    const struct frame_plan plan =
        plan_of(SP_SPAN("OPTIONS sip:b@example.com SIP/2.0\r\nTo: x\r\n\r\n"));
    take(trace, &plan, 0);
    struct sp_trace_call *call = sp_trace_ready(trace, true);
    assert_false(call->has_call_id);
    assert_true(
        sp_span_equal(call->call_id, SP_SPAN("no Call-ID, 192.0.2.1:5060 to 192.0.2.2:5070")));
    assert_non_null(call->first->fault);
    sp_trace_give_back(trace, &call);
    sp_trace_free(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_found_in_fragments_and_segments),
        cmocka_unit_test(a_datagram_captured_twice_is_one),
        cmocka_unit_test(calls_come_out_when_room_runs_out),
        cmocka_unit_test(messages_beyond_the_room_are_counted),
        cmocka_unit_test(a_call_with_too_many_messages_keeps_the_first),
        cmocka_unit_test(a_frame_that_the_capture_cut_is_no_malformed_message),
        cmocka_unit_test(a_message_without_call_id_has_a_place_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

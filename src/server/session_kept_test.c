/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of calls: records as JSON that every reader can read, and rows of the journal that
 * come back as they were, or not at all.
 */
#include "server/session_kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "support/guard.h"

static const struct sp_session_record call = {
    .call_id = SP_SPAN("c1@192.0.2.1"),
    .caller = SP_SPAN("sip:alice@example.org"),
    .callee = SP_SPAN("sip:\"b\\ob\x01\xff@example.com"),
    .caller_tag = SP_SPAN("a"),
    .callee_tag = SP_SPAN("b"),
    .caller_contact = SP_SPAN("sip:alice@192.0.2.1"),
    .callee_contact = SP_SPAN("sip:bob@192.0.2.9"),
    .routes = SP_SPAN("<sip:192.0.2.5;lr>"),
    .caller_cseq = 7,
    .callee_cseq = UINT32_MAX,
    .began = {1700000000000},
    .answered = {1700000005123},
    .proof = {1700000905123},
    .ended = {1700001805124},
    .interval_s = 1800,
    .refresher = SP_SESSION_PEER,
    .ended_by = SP_SESSION_ENDED_BY_EXPIRY,
    .ends_by_bye = true,
    .policy = {.min_se_s = 90, .interval_s = 1800, .max_s = 7200, .mode = SP_SESSION_ON},
};

static void expect(const json_t *object, const char *name, const char *value)
{
    assert_string_equal(json_string_value(json_object_get(object, name)), value);
}

static void a_record_is_one_line_of_json(void **state)
{
    (void)state;
    char text[SP_SESSION_LINE_MAX];
    struct sp_writer writer;
    struct sp_span line;
    sp_writer_init(&writer, text, sizeof text);
    sp_session_line_write(&writer, &call);
    assert_int_equal(sp_writer_end(&writer, &line), SP_OK);
    assert_int_equal(sp_span_find(line, '\n'), line.len - 1);
    json_t *object = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    expect(object, "call_id", "c1@192.0.2.1");
    expect(object, "to", "sip:\"b\\ob\x01\xc3\xbf@example.com"); /* U+00FF */
    expect(object, "answer", "2023-11-14T22:13:25.123Z");
    expect(object, "ended_by", "expiry");
    expect(object, "refresher", "callee");
    assert_int_equal(json_integer_value(json_object_get(object, "duration_ms")), 1800001);
    json_decref(object);
}

static struct sp_span write_kept(char *memory, size_t max)
{
    struct sp_writer writer;
    struct sp_span kept = {0};
    sp_writer_init(&writer, memory, max);
    sp_session_kept_write(&writer, &call, (struct sp_wall){1700001805123});
    assert_int_equal(sp_writer_end(&writer, &kept), SP_OK);
    return kept;
}

static void a_row_comes_back_as_it_was(void **state)
{
    (void)state;
    char memory[SP_SESSION_KEPT_MAX];
    struct sp_session_record record;
    struct sp_wall deadline;
    assert_int_equal(sp_session_kept_read(write_kept(memory, sizeof memory), &record, &deadline),
                     SP_OK);
    assert_int_equal(deadline.unix_ms, 1700001805123);
    assert_true(sp_span_equal(record.call_id, call.call_id));
    assert_true(sp_span_equal(record.callee, call.callee));
    assert_true(sp_span_equal(record.routes, call.routes));
    assert_int_equal(record.routes_back.len, 0);
    assert_int_equal(record.caller_cseq, 7);
    assert_int_equal(record.callee_cseq, UINT32_MAX);
    assert_int_equal(record.proof.unix_ms, call.proof.unix_ms);
    assert_int_equal(record.interval_s, 1800);
    assert_int_equal(record.refresher, SP_SESSION_PEER);
    assert_int_equal(record.policy.max_s, 7200);
    assert_true(record.ends_by_bye);
}

static void a_torn_row_is_refused(void **state)
{
    (void)state;
    char memory[SP_SESSION_KEPT_MAX];
    struct sp_session_record record;
    struct sp_wall deadline;
    struct guard guard;
    const struct sp_span kept = write_kept(memory, sizeof memory);
    guard_init(&guard, sizeof memory);
    for (size_t len = 0; len < kept.len; len++)
        assert_int_equal(
            sp_session_kept_read(guard_copy(&guard, sp_span_first(kept, len)), &record, &deadline),
            SP_ERR_SYNTAX);
    memory[kept.len] = 'x';
    assert_int_equal(sp_session_kept_read(sp_span(memory, kept.len + 1), &record, &deadline),
                     SP_ERR_SYNTAX);
    memory[0] = 2;
    assert_int_equal(sp_session_kept_read(kept, &record, &deadline), SP_ERR_SYNTAX);
    guard_fini(&guard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_one_line_of_json),
        cmocka_unit_test(a_row_comes_back_as_it_was),
        cmocka_unit_test(a_torn_row_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

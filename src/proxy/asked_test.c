/* SPDX-License-Identifier: Apache-2.0
 *
 * What is told of a request out of its copy is what the request said.
 */
#include "proxy/asked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proxy/parts.h"
#include "support/parsed.h"

#define BEGIN "INVITE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
#define REST  "To: <sip:b@example.com>\r\nCall-ID: c\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n"

static const struct {
    const char *fields, *from, *contact;
    uint16_t routes;
    bool is_read; /* without reading the copy again */
} rows[] = {
    {"From: <sip:a@example.com>;tag=1\r\nContact: <sip:a@192.0.2.1>\r\n", "sip:a@example.com",
     "sip:a@192.0.2.1", 0, true},
    {"From: <sip:a@example.com>;tag=1\r\nContact: \"A\" <sip:a@192.0.2.1;x>, <sip:z@192.0.2.2>\r\n"
     "Record-Route: <sip:192.0.2.7;lr>, <sip:192.0.2.8;lr>\r\nRecord-Route: <sip:192.0.2.9;lr>\r\n",
     "sip:a@example.com", "sip:a@192.0.2.1;x", 3, true},
    {"From: sip:a@example.com;tag=1\r\n", "sip:a@example.com", NULL, 0, true},
    {"From: <sip:a@example.com>;tag=1\r\nRecord-Route: \"x, <sip:192.0.2.7;lr>\r\n",
     "sip:a@example.com", NULL, UINT16_MAX, true},
    {"From: A\r\n <sip:a@example.com>;tag=1\r\nContact: <sip:a@192.0.2.1>\r\n", "sip:a@example.com",
     "sip:a@192.0.2.1", 0, false},
    {"From: <sip:a@example.com>;tag=1\r\nContact: \"A\"\r\n <sip:a@192.0.2.1>\r\n",
     "sip:a@example.com", "sip:a@192.0.2.1", 0, false},
};

static void expect(struct sp_span got, const char *want)
{
    if (want == NULL)
        assert_true(sp_span_is_absent(got));
    else if (!sp_span_equal(got, sp_span_of(want)))
        fail_msg("got %.*s, not %s", (int)got.len, got.ptr, want);
}

static void what_is_told_is_what_it_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct parsed parsed;
        static _Alignas(16) char memory[16384];
        struct sp_arena arena;
        char text[2048], copy[2048];
        struct sp_proxy_asked_kept kept;
        struct sp_proxy_asked asked;
        snprintf(text, sizeof text, "%s%s%s", BEGIN, rows[i].fields, REST);
        sp_ignore(parse(&parsed, text)); /* the check refuses more than reading does */
        assert_int_equal(parsed.parse_err, SP_OK);
        sp_proxy_asked_keep(&parsed.message, &kept);
        assert_int_equal(kept.is_read, rows[i].is_read);
        memcpy(copy, text, sizeof copy);
        struct sp_proxy_context context = {
            .method = SP_METHOD_INVITE,
            .uri = sp_span(copy + 7, 17),
            .request = {.ptr = copy, .len = strlen(copy)},
        };
        sp_arena_init(&arena, memory, sizeof memory);
        const struct sp_turn turn = {.arena = &arena};
        struct sp_proxy_step step = {.turn = &turn, .context = &context};
        assert_int_equal(sp_proxy_asked_find(&step, &kept, &asked), SP_OK);
        memset(copy, '?', sizeof copy); /* it may be gone when it is told */
        expect(asked.uri, "sip:b@example.com");
        expect(asked.from, rows[i].from);
        expect(asked.contact, rows[i].contact);
        assert_int_equal(asked.routes, rows[i].routes);
        assert_int_equal(asked.cseq, 7);
        assert_int_equal(asked.method, SP_METHOD_INVITE);
        assert_false(asked.is_in_dialog);
        context.request.ptr = NULL;
        assert_int_equal(sp_proxy_asked_find(&step, &kept, &asked), SP_ERR_ABSENT);
        sp_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_is_what_it_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

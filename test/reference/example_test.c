/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages that the pages show as examples are real: our own parser takes each of them, and
 * they hang together as the page says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "signpost/reference/code.h"
#include "signpost/sip/message.h"

enum {
    ARENA_MAX = 65536,
    MESSAGE_MAX = 4096,
};

static void parse(const struct sp_reference_message *example, char *octets, struct sp_arena *arena,
                  struct sp_message *message)
{
    struct sp_writer writer;
    struct sp_span written;
    struct sp_fault fault = {0};
    sp_writer_init(&writer, octets, MESSAGE_MAX);
    sp_reference_write_message(&writer, example);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    if (sp_message_parse(written, SP_FRAMING_STREAM, MESSAGE_MAX, arena, message, &fault) !=
            SP_OK ||
        sp_message_check(message, &fault) != SP_OK)
        fail_msg("%u %s at octet %zu of:\n%.*s", fault.status, fault.phrase, fault.offset,
                 (int)written.len, written.ptr);
    assert_int_equal(message->octets.len, written.len);
}

/* Every message of the example is whole, all are of one call, and one bears the code itself. */
static void example_holds(const struct sp_reference_code *page)
{
    static char memory[ARENA_MAX];
    static char octets[MESSAGE_MAX];
    static char call_id[256];
    struct sp_span example = sp_span_of(page->text[SP_LANGUAGE_EN][SP_CODE_example]);
    struct sp_reference_message shown;
    size_t call_id_len = 0;
    bool has_code = false;
    while (sp_reference_next_message(&example, &shown) == SP_OK) {
        struct sp_arena arena;
        struct sp_message message;
        sp_arena_init(&arena, memory, sizeof memory);
        parse(&shown, octets, &arena, &message);
        const struct sp_span id = sp_message_call_id(&message);
        if (call_id_len == 0) {
            call_id_len = (size_t)snprintf(call_id, sizeof call_id, "%.*s", (int)id.len, id.ptr);
        }
        assert_true(sp_span_equal(id, sp_span(call_id, call_id_len)));
        has_code = has_code || (!message.is_request && message.status == page->code);
        sp_arena_fini(&arena);
    }
    assert_true(has_code);
}

static void the_parser_takes_every_example(void **state)
{
    (void)state;
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++)
        example_holds(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parser_takes_every_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages, on both framings: all views must lie inside the octets or the arena, what is read twice
 * must be the same, and what can be answered must give an answer that reads well.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/base/arena.h"
#include "signpost/sip/contact.h"
#include "signpost/sip/message.h"
#include "signpost/sip/response.h"

enum {
    ARENA_SIZE = 1 << 16,
    ANSWER_MAX = 1 << 20,
};

struct memory {
    _Alignas(16) char block[ARENA_SIZE];
    size_t size;
};

static void check_span(const struct memory *memory, struct sp_span octets, struct sp_span view)
{
    const uintptr_t at = (uintptr_t)view.ptr;
    const uintptr_t block = (uintptr_t)memory->block;
    const uintptr_t start = (uintptr_t)octets.ptr;
    SP_CHECK(view.len == 0 || (at >= start && at + view.len <= start + octets.len) ||
             (at >= block && at + view.len <= block + ARENA_SIZE));
}

static void check_fields(const struct memory *memory, struct sp_span octets,
                         const struct sp_message *message)
{
    SP_CHECK(message->field_count <= SP_MESSAGE_FIELDS_MAX);
    for (uint16_t i = 0; i < message->field_count; i++) {
        const struct sp_field *const field = &message->fields[i];
        check_span(memory, octets, field->name);
        check_span(memory, octets, field->value);
        SP_CHECK(field->next == 0 || (field->next > i && field->next < message->field_count));
        SP_CHECK(field->next == 0 || message->fields[field->next].id == field->id);
        SP_CHECK(sp_header_find(field->name) == field->id);
        SP_CHECK(message->first[field->id] != 0 && message->first[field->id] <= i + 1);
        for (size_t k = 0; k < field->value.len; k++)
            SP_CHECK(field->value.ptr[k] != '\r' && field->value.ptr[k] != '\n');
    }
    check_span(memory, octets, message->octets);
    check_span(memory, octets, message->body);
}

/* Every list of values ends, whatever is in it. */
static void walk_values(const struct sp_message *message)
{
    for (int id = SP_HEADER_OTHER; id < SP_HEADER_COUNT; id++) {
        struct sp_values values;
        struct sp_span value;
        struct sp_contact contact;
        sp_values_begin(&values, message, (enum sp_header)id);
        while (sp_values_next(&values, &value) == SP_OK)
            SP_CHECK(sp_contact_parse(value, &contact) != SP_ERR_FULL);
    }
}

/* The answer must be a message that our own reader takes, when the request was one. */
static void check_answer(struct sp_message *request, bool is_whole)
{
    static char text[ANSWER_MAX];
    static struct memory memory;
    const struct sp_address source = {.family = SP_FAMILY_IPV4, .port = 9, .ip = {192, 0, 2, 1}};
    const struct sp_response_head head = {
        .request = request, .status = 400, .to_tag = SP_SPAN("t"), .source = &source};
    struct sp_writer writer;
    struct sp_span written;
    struct sp_arena arena;
    struct sp_message answer;
    struct sp_fault fault;
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    SP_CHECK(sp_writer_end(&writer, &written) == SP_OK);
    sp_arena_init(&arena, memory.block, sizeof memory.block);
    SP_CHECK(sp_message_parse(written, SP_FRAMING_STREAM, 0, &arena, &answer, &fault) == SP_OK);
    SP_CHECK(!is_whole || sp_message_check(&answer, &fault) == SP_OK);
    sp_arena_fini(&arena);
}

static void run(struct sp_span octets, enum sp_framing framing)
{
    static struct memory memory;
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault = {.phrase = NULL};
    sp_arena_init(&arena, memory.block, sizeof memory.block);
    enum sp_err err = sp_message_parse(octets, framing, 65536, &arena, &message, &fault);
    if (err == SP_OK) {
        check_fields(&memory, octets, &message);
        walk_values(&message);
        err = sp_message_check(&message, &fault);
    }
    if (err != SP_OK && err != SP_PARTIAL) {
        SP_CHECK(fault.phrase != NULL && fault.offset <= octets.len);
        SP_CHECK(fault.status == 0 || message.is_request);
    }
    if (err != SP_PARTIAL && (err == SP_OK ? message.is_request : fault.status != 0))
        check_answer(&message, err == SP_OK);
    sp_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run(sp_span((const char *)data, size), SP_FRAMING_DATAGRAM);
    run(sp_span((const char *)data, size), SP_FRAMING_STREAM);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Target sets: the first line is the URI that was asked for, the rest are the header lines of one
 * 302 after the other, parted by empty lines. No URI may be in twice, no cap be passed, no header
 * or method reach a Request-URI, nobody come from sips to sip.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/target/target_set.h"

enum {
    HOPS = 3,
    TARGETS = 8,
};

static void check(const struct sp_target_set *set)
{
    SP_CHECK(set->count <= TARGETS && set->next <= set->count);
    unsigned seen = 0;
    for (uint8_t i = 0; i < set->count; i++) {
        const struct sp_target *target = &set->list[i];
        struct sp_span value;
        SP_CHECK(set->order[i] < set->count);
        seen |= 1U << set->order[i];
        SP_CHECK(target->hop <= HOPS);
        SP_CHECK(sp_span_is_absent(target->uri.headers));
        SP_CHECK(sp_uri_param(&target->uri, SP_SPAN("method"), &value) == SP_ERR_ABSENT);
        SP_CHECK(set->list[target->parent].uri.scheme != SP_SCHEME_SIPS ||
                 target->uri.scheme == SP_SCHEME_SIPS);
        for (uint8_t k = 0; k < i; k++)
            SP_CHECK(!sp_uri_equal(&target->uri, &set->list[k].uri));
    }
    SP_CHECK(seen == (1U << set->count) - 1);
}

/* One 302 with these lines. */
static void redirect(struct sp_target_set *set, uint8_t from, struct sp_span lines)
{
    static _Alignas(16) char memory[1 << 17];
    static char text[1 << 14];
    struct sp_arena arena;
    struct sp_writer writer;
    struct sp_span octets;
    struct sp_message response;
    struct sp_fault fault;
    struct sp_target_change change;
    sp_writer_init(&writer, text, sizeof text);
    sp_write_text(&writer, "SIP/2.0 302 X\r\n");
    sp_write_span(&writer, lines);
    sp_write_text(&writer, "\r\n\r\n");
    sp_arena_init(&arena, memory, sizeof memory);
    const uint8_t before = set->count;
    if (sp_writer_end(&writer, &octets) == SP_OK &&
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, sizeof text, &arena, &response, &fault) ==
            SP_OK) {
        sp_target_set_redirect(set, from, &response, &change);
        SP_CHECK(set->count == before + change.added);
        check(set);
    }
    sp_arena_fini(&arena);
}

/* The end of the first block of lines, at an empty one. */
static size_t block_end(struct sp_span rest)
{
    for (size_t i = 0; i + 3 < rest.len; i++)
        if (sp_span_has_prefix(sp_span_after(rest, i), SP_SPAN("\r\n\r\n")))
            return i;
    return rest.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sp_target_set set;
    const struct sp_target_limits limits = {
        .hops_max = HOPS,
        .targets_max = TARGETS,
        .transports = SP_TRANSPORT_UDP | SP_TRANSPORT_TLS,
        .refuses_private = size % 2 == 1,
    };
    struct sp_span rest = sp_span((const char *)data, size);
    const struct sp_span uri = sp_span_first(rest, sp_span_find(rest, '\n'));
    uint8_t index = 0;
    rest = sp_span_after(rest, uri.len + 1);
    if (sp_target_set_begin(&set, &limits, uri) != SP_TARGET_FITS)
        return 0;
    while (rest.len > 0 && sp_target_set_next(&set, &index) == SP_OK) {
        const size_t len = block_end(rest);
        redirect(&set, index, sp_span_first(rest, len));
        rest = sp_span_after(rest, len + 4);
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Draws and writes the messages of an example. All parties have their lanes from the beginning,
 * since they are known, and no time stands beside the arrows, since none passes.
 */
#include "reference/example.h"

#include "base/ladder.h"
#include "reference/text.h"
#include "signpost/reference/code.h"

static const int64_t no_time = -1;

struct sp_span sp_example_label(const struct sp_reference_message *message)
{
    const struct sp_span version = SP_SPAN("SIP/2.0 ");
    struct sp_span rest = message->lines;
    struct sp_span line = sp_span_absent();
    if (!sp_text_next_line(&rest, &line))
        return line;
    const struct sp_span start = sp_span_trim(line);
    if (sp_span_has_prefix(start, version))
        return sp_span_after(start, version.len);
    return sp_span_first(start, sp_span_find(start, ' '));
}

static enum sp_tone tone_of(struct sp_span label)
{
    static const enum sp_tone tones[] = {
        ['1'] = SP_TONE_PLAIN, ['2'] = SP_TONE_GOOD, ['3'] = SP_TONE_CHANGE,
        ['4'] = SP_TONE_BAD,   ['5'] = SP_TONE_BAD,  ['6'] = SP_TONE_BAD,
    };
    const unsigned char first = label.len > 0 ? (unsigned char)label.ptr[0] : 0;
    return first < sizeof tones / sizeof tones[0] ? tones[first] : SP_TONE_PLAIN;
}

static void write_ladder(const struct sp_flow *flow, struct sp_span example)
{
    const struct sp_reference_format *const format = flow->format;
    struct sp_reference_message message;
    struct sp_ladder ladder;
    bool is_new;
    sp_ladder_init(&ladder, format->width, format->is_ascii, format->is_bold);
    for (struct sp_span rest = example; sp_reference_next_message(&rest, &message) == SP_OK;) {
        (void)sp_ladder_lane(&ladder, message.from, &is_new); /* it has one now */
        (void)sp_ladder_lane(&ladder, message.to, &is_new);
    }
    sp_write_octet(flow->writer, '\n');
    sp_ladder_write_heads(&ladder, flow->writer);
    for (struct sp_span rest = example; sp_reference_next_message(&rest, &message) == SP_OK;) {
        const struct sp_span label = sp_example_label(&message);
        const struct sp_ladder_arrow arrow = {
            .from = sp_ladder_lane(&ladder, message.from, &is_new),
            .to = sp_ladder_lane(&ladder, message.to, &is_new),
            .label = label,
            .at_ms = no_time,
            .tone = tone_of(label),
        };
        sp_ladder_write_arrow(&ladder, &arrow, flow->writer);
    }
}

/* Each message below who sends it to whom. */
static void write_messages(const struct sp_flow *flow, struct sp_span example)
{
    struct sp_reference_message message;
    while (sp_reference_next_message(&example, &message) == SP_OK) {
        const char *const end = message.to.ptr + message.to.len;
        sp_write_octet(flow->writer, '\n');
        sp_flow_paragraph(flow, sp_span(message.from.ptr, (size_t)(end - message.from.ptr)));
        sp_flow_text(flow, message.lines);
    }
}

void sp_example_write(const struct sp_flow *flow, struct sp_span example)
{
    write_ladder(flow, example);
    write_messages(flow, example);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The ladder of a call as a picture: times at the left, and behind each label the numbers of what
 * was found there.
 */
#include "reference/svg.h"
#include "trace/clean.h"
#include "trace/lane.h"
#include "trace/report_form.h"
#include "trace/stamp.h"

enum {
    LABEL_MAX = 256,
    CAPTION_MAX = 512,
};

/* Of a picture that stands alone: on white, since nobody knows what it is laid on. */
static const char style[] = "svg { background: #fff; font: 13px system-ui, sans-serif; }\n"
                            "line { stroke-width: 1.5; stroke: currentColor; }\n"
                            "path, text { fill: currentColor; }\n"
                            ".lane { stroke: #c8c8c2; }\n"
                            ".party { fill: #1c2024; font-weight: 600; }\n"
                            ".stamp { fill: #586069; }\n"
                            ".c0 { color: #1c2024; } .c1 { color: #4b5563; }\n"
                            ".c2 { color: #17693a; } .c3 { color: #1d5ba6; }\n"
                            ".c4 { color: #8f4700; } .c5 { color: #b0231b; }\n"
                            ".c6 { color: #77308c; }\n";

struct row {
    char label[LABEL_MAX], stamp[32];
    struct sp_svg_arrow arrow;
};

static void fill_row(struct row *row, const struct sp_trace_report *report,
                     const struct sp_trace_view *view, const struct sp_trace_lanes *lanes,
                     const struct sp_trace_message *message)
{
    struct sp_writer text;
    sp_writer_init(&text, row->label, sizeof row->label);
    sp_trace_label(&text, message, report->format.language);
    for (unsigned k = 0; k < view->findings->count; k++)
        if (view->findings->rows[k].at == message && text.len + 16 < sizeof row->label)
            sp_write_format(&text, " [%u]", k + 1);
    row->arrow = (struct sp_svg_arrow){
        .from = sp_trace_lane_from(lanes, message),
        .to = sp_trace_lane_to(lanes, message),
        .class = sp_trace_class(message),
        .label = sp_span(row->label, text.len),
    };
    sp_writer_init(&text, row->stamp, sizeof row->stamp);
    sp_stamp_write_seconds(&text, sp_report_since(view, message));
    row->arrow.stamp = sp_span(row->stamp, text.len);
}

void sp_svg_call(struct sp_writer *writer, const struct sp_trace_report *report,
                 const struct sp_trace_view *view, bool is_alone)
{
    char names[SP_TRACE_LANES_MAX][SP_ADDRESS_TEXT_MAX], octets[CAPTION_MAX];
    struct sp_trace_lanes lanes;
    struct sp_writer caption;
    struct sp_svg svg;
    struct row row;
    sp_svg_init(&svg, writer, true);
    sp_trace_lanes_find(&lanes, view->call);
    for (unsigned k = 0; k < lanes.count; k++)
        (void)sp_svg_lane(&svg, sp_span_of(sp_address_text(&lanes.addresses[k], names[k])));
    for (const struct sp_trace_message *message = view->call->first; message != NULL;
         message = message->next) {
        fill_row(&row, report, view, &lanes, message);
        sp_svg_expect(&svg, &row.arrow);
    }
    sp_writer_init(&caption, octets, sizeof octets);
    sp_report_write_subject(&caption, view->call);
    sp_svg_begin(&svg, sp_span(octets, caption.len), is_alone ? SP_SPAN(style) : sp_span_absent());
    for (const struct sp_trace_message *message = view->call->first; message != NULL;
         message = message->next) {
        fill_row(&row, report, view, &lanes, message);
        sp_svg_draw(&svg, &row.arrow);
    }
    sp_svg_end(&svg);
}

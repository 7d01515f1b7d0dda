/* SPDX-License-Identifier: Apache-2.0
 *
 * Captures: frames of any link in, every form of the report out. An input is a row of frames: an
 * octet that chooses the link, two for the length, the octets; each comes a second later. The room
 * is small, so that it runs out.
 */
#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/base/time.h"
#include "trace/report.h"

enum {
    OUT_MAX = 4 * 1024 * 1024
};

static const uint32_t links[] = {1, 113, 276, 101, 0, 108, 9999};

static void write_all(struct sp_trace *trace, const struct sp_trace_view *view,
                      struct sp_trace_totals *totals)
{
    static char out[OUT_MAX];
    const struct sp_trace_counts counts = sp_trace_counted(trace);
    struct sp_trace_report report = {.format = {.width = 80}, .title = "fuzz"};
    for (; report.form < SP_TRACE_FORM_COUNT; report.form++) {
        struct sp_writer writer;
        report.format.language = report.form % SP_LANGUAGE_COUNT;
        sp_writer_init(&writer, out, sizeof out);
        sp_trace_write_head(&writer, &report, &counts, totals);
        if (view != NULL)
            sp_trace_write_call(&writer, &report, view);
        sp_trace_write_tail(&writer, &report);
    }
}

static void write_ready(struct sp_trace *trace, struct sp_trace_totals *totals, bool is_end)
{
    static struct sp_findings findings;
    struct sp_trace_call *call = sp_trace_ready(trace, is_end);
    while (call != NULL) {
        const struct sp_judgement judgement = {call, sp_trace_counted(trace).last_ns, &findings};
        sp_trace_judge(&judgement);
        const struct sp_trace_view view = {call, (unsigned)totals->calls + 1, &findings};
        SP_CHECK(findings.count < SP_FINDINGS_MAX);
        sp_trace_totals_add(totals, &view);
        write_all(trace, &view, totals);
        sp_trace_give_back(trace, &call);
        call = sp_trace_ready(trace, is_end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sp_trace_limits small = {8, 32, 8};
    const struct sp_hash_key key = {1, 2};
    struct sp_trace_totals totals = {0};
    struct sp_trace *trace = NULL;
    if (sp_trace_new(&key, &small, &trace) != SP_OK)
        return 0;
    int64_t at_ns = 0;
    while (size >= 3) {
        const size_t said = (size_t)data[1] << 8 | data[2];
        const size_t len = said < size - 3 ? said : size - 3;
        const struct sp_trace_frame frame = {sp_span((const char *)data + 3, len),
                                             links[data[0] % (sizeof links / sizeof links[0])],
                                             at_ns};
        sp_trace_take(trace, &frame);
        write_ready(trace, &totals, false);
        at_ns += SP_SECOND;
        data += 3 + len;
        size -= 3 + len;
    }
    write_ready(trace, &totals, true);
    write_all(trace, NULL, &totals);
    const struct sp_trace_counts counts = sp_trace_counted(trace);
    SP_CHECK(totals.calls == counts.calls);
    sp_trace_free(&trace);
    return 0;
}

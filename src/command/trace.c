/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost trace: what happened in a capture, and what to change. The calls are written as they end
 * into a file without a name, since the summary in front of them is known last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command/commands.h"
#include "command/page_options.h"
#include "command/pager.h"
#include "command/terminal.h"
#include "net/capture.h"
#include "net/entropy.h"
#include "trace/report.h"

enum {
    TITLE_MAX = 512,
    PAGED_MAX = 16 << 20, /* octets of calls that a pager is given; it takes memory */
};

struct tracing {
    const struct sp_command_line *line;
    struct sp_trace_report report;
    struct sp_trace *trace;
    struct sp_trace_totals totals;
    struct sp_findings findings;
    const char *only_call; /* --call; NULL: all */
    unsigned number;       /* of the last call that came out */
    unsigned shown;        /* calls that --call let through */
    FILE *calls;
    FILE *out;   /* where the report goes */
    char *piece; /* SP_TRACE_PIECE_MAX octets */
    bool has_read;
    char title[TITLE_MAX];
    char problem[TITLE_MAX];
};

static bool is_chosen(const struct tracing *tracing, const struct sp_trace_call *call)
{
    uint32_t number;
    if (tracing->only_call == NULL)
        return true;
    const struct sp_span wanted = sp_span_of(tracing->only_call);
    if (sp_span_equal(wanted, call->call_id))
        return true;
    return sp_span_to_u32(wanted, UINT32_MAX, &number) == SP_OK && number == tracing->number;
}

/* Prints a piece and begins the next. */
static void print_piece(const struct tracing *tracing, const struct sp_writer *writer, FILE *out)
{
    struct sp_span piece;
    if (sp_writer_end(writer, &piece) == SP_OK)
        fwrite(piece.ptr, 1, piece.len, out); /* whether all came through is asked at the end */
    else
        (void)sp_command_refuse(tracing->line, "call %u is too large to be shown",
                                tracing->number); /* told is enough */
}

static void write_call(struct tracing *tracing, const struct sp_trace_call *call)
{
    const struct sp_trace_counts counts = sp_trace_counted(tracing->trace);
    const struct sp_judgement judgement = {call, counts.last_ns, &tracing->findings};
    struct sp_writer writer;
    tracing->number++;
    if (!is_chosen(tracing, call))
        return;
    tracing->shown++;
    sp_trace_judge(&judgement);
    const struct sp_trace_view view = {call, tracing->number, &tracing->findings};
    sp_trace_totals_add(&tracing->totals, &view);
    if (tracing->report.form == SP_TRACE_FORM_SVG && tracing->shown > 1)
        return;
    sp_writer_init(&writer, tracing->piece, SP_TRACE_PIECE_MAX);
    sp_trace_write_call(&writer, &tracing->report, &view);
    print_piece(tracing, &writer, tracing->calls);
}

static void write_ready(struct tracing *tracing, bool is_end)
{
    struct sp_trace_call *call = sp_trace_ready(tracing->trace, is_end);
    while (call != NULL) {
        write_call(tracing, call);
        sp_trace_give_back(tracing->trace, &call);
        call = sp_trace_ready(tracing->trace, is_end);
    }
}

/* Errors: SP_ERR_SYNTAX (damaged; what could be read was taken). */
static enum sp_err read_frames(struct tracing *tracing, struct sp_capture *capture,
                               char text[SP_CAPTURE_TEXT_MAX])
{
    struct sp_capture_frame frame;
    enum sp_err err = sp_capture_next(capture, text, &frame);
    while (err == SP_OK) {
        const struct sp_trace_frame taken = {frame.octets, frame.link, frame.at_ns};
        sp_trace_take(tracing->trace, &taken);
        write_ready(tracing, false);
        err = sp_capture_next(capture, text, &frame);
    }
    return err == SP_ERR_ABSENT ? SP_OK : err;
}

/* One file. Answers SP_EXIT_USAGE, told, for one that is no capture. */
static int read_file(struct tracing *tracing, const char *name)
{
    char text[SP_CAPTURE_TEXT_MAX] = "";
    struct sp_capture *capture = NULL;
    const bool is_input = strcmp(name, "-") == 0;
    const char *const shown = is_input ? "standard input" : name;
    FILE *file = is_input ? stdin : fopen(name, "rb");
    if (file == NULL) {
        (void)sp_command_refuse(tracing->line, "%s: %s", name, strerror(errno)); /* told */
        return SP_EXIT_USAGE;
    }
    if (sp_capture_open(&file, text, &capture) != SP_OK) {
        (void)sp_command_refuse(tracing->line, "%s: no capture that can be read: %s", shown,
                                text); /* told */
        return SP_EXIT_USAGE;
    }
    if (read_frames(tracing, capture, text) != SP_OK) {
        const unsigned long long frames = sp_trace_counted(tracing->trace).frames;
        snprintf(tracing->problem, sizeof tracing->problem, "%s: damaged behind frame %llu: %s",
                 shown, frames, text);
        (void)sp_command_refuse(tracing->line, "%s; what stands before it is shown",
                                tracing->problem); /* told */
        tracing->report.problem = tracing->problem;
    }
    sp_capture_close(&capture);
    return SP_EXIT_DONE;
}

static enum sp_err copy_calls(const struct tracing *tracing)
{
    char octets[64 * 1024];
    rewind(tracing->calls);
    for (size_t got = 1; got > 0;) {
        got = fread(octets, 1, sizeof octets, tracing->calls);
        if (fwrite(octets, 1, got, tracing->out) != got)
            return SP_ERR_IO;
    }
    return ferror(tracing->calls) != 0 ? SP_ERR_IO : SP_OK;
}

static int print_report(struct tracing *tracing)
{
    const struct sp_trace_counts counts = sp_trace_counted(tracing->trace);
    struct sp_writer writer;
    if (tracing->only_call != NULL && tracing->shown == 0)
        return sp_command_refuse(tracing->line, "there is no call '%s' in it", tracing->only_call);
    if (tracing->report.form == SP_TRACE_FORM_SVG && tracing->shown != 1)
        return sp_command_misused(tracing->line,
                                  "--svg draws one call, and there are %u; choose with --call",
                                  tracing->shown);
    if (ferror(tracing->calls) != 0)
        return sp_command_refuse(tracing->line, "the calls could not be kept: %s", strerror(errno));
    sp_writer_init(&writer, tracing->piece, SP_TRACE_PIECE_MAX);
    sp_trace_write_head(&writer, &tracing->report, &counts, &tracing->totals);
    print_piece(tracing, &writer, tracing->out);
    if (copy_calls(tracing) != SP_OK)
        return sp_command_refuse(tracing->line, "standard output cannot be written");
    sp_writer_init(&writer, tracing->piece, SP_TRACE_PIECE_MAX);
    sp_trace_write_tail(&writer, &tracing->report);
    print_piece(tracing, &writer, tracing->out);
    if (fflush(tracing->out) != 0)
        return sp_command_refuse(tracing->line, "standard output cannot be written");
    return tracing->totals.by_severity[SP_SEVERITY_ERROR] > 0 ? SP_EXIT_REFUSED : SP_EXIT_DONE;
}

/* A person gets what is longer than the screen by a pager. */
static int show_report(struct tracing *tracing)
{
    struct sp_pager pager;
    const long size = ftell(tracing->calls);
    sp_pager_open(&pager, tracing->report.form == SP_TRACE_FORM_TEXT && size < PAGED_MAX &&
                              !sp_option_given(tracing->line, "no-pager"));
    tracing->out = pager.out;
    return sp_pager_close(&pager, print_report(tracing));
}

/* The names of the files, as many as there is room for. */
static void write_title(struct tracing *tracing)
{
    const struct sp_command_line *const line = tracing->line;
    struct sp_writer writer;
    struct sp_span title = sp_span(tracing->title, 0);
    sp_writer_init(&writer, tracing->title, sizeof tracing->title - 1);
    for (int k = 0; k < line->argument_count && writer.err == SP_OK; k++) {
        sp_write_text(&writer, k > 0 ? ", " : "");
        sp_write_escaped(&writer, sp_span_of(line->arguments[k]));
    }
    if (sp_writer_end(&writer, &title) != SP_OK)
        title.len = writer.len;
    tracing->title[title.len] = '\0';
    tracing->report.title = tracing->title;
}

static int trace_files(struct tracing *tracing)
{
    const struct sp_command_line *const line = tracing->line;
    int status = SP_EXIT_DONE;
    write_title(tracing);
    for (int k = 0; k < line->argument_count && status == SP_EXIT_DONE; k++)
        status = read_file(tracing, line->arguments[k]);
    if (status != SP_EXIT_DONE)
        return status;
    write_ready(tracing, true);
    return show_report(tracing);
}

static int with_memory(struct tracing *tracing)
{
    struct sp_hash_key key;
    int status = SP_EXIT_REFUSED;
    tracing->piece = malloc(SP_TRACE_PIECE_MAX);
    tracing->calls = tmpfile();
    if (tracing->calls == NULL)
        (void)sp_command_refuse(tracing->line, "no temporary file: %s", strerror(errno)); /* told */
    else if (tracing->piece == NULL || sp_entropy_fill(&key, sizeof key) != SP_OK ||
             sp_trace_new(&key, NULL, &tracing->trace) != SP_OK)
        (void)sp_command_refuse(tracing->line, "there is no memory for it"); /* told */
    else
        status = trace_files(tracing);
    sp_trace_free(&tracing->trace);
    if (tracing->calls != NULL)
        (void)fclose(tracing->calls); /* it has no name and is gone */
    free(tracing->piece);
    return status;
}

/* One of the forms. Errors: SP_ERR_SYNTAX (told). */
static enum sp_err read_form(const struct sp_command_line *line, enum sp_trace_form *form)
{
    static const char *const names[SP_TRACE_FORM_COUNT] = {
        [SP_TRACE_FORM_JSON] = "json",
        [SP_TRACE_FORM_CSV] = "csv",
        [SP_TRACE_FORM_SVG] = "svg",
        [SP_TRACE_FORM_HTML] = "html",
    };
    *form = SP_TRACE_FORM_TEXT;
    for (enum sp_trace_form k = SP_TRACE_FORM_JSON; k < SP_TRACE_FORM_COUNT; k++) {
        if (!sp_option_given(line, names[k]))
            continue;
        if (*form != SP_TRACE_FORM_TEXT) {
            (void)sp_command_misused(line, "--%s and --%s exclude each other", names[*form],
                                     names[k]); /* told is enough */
            return SP_ERR_SYNTAX;
        }
        *form = k;
    }
    return SP_OK;
}

static int print_rules(const struct sp_command_line *line, const struct sp_trace_report *report)
{
    enum {
        RULES_MAX = 256 * 1024
    };
    char *const octets = malloc(RULES_MAX);
    struct sp_writer writer;
    if (octets == NULL)
        return sp_command_refuse(line, "there is no memory for it");
    sp_writer_init(&writer, octets, RULES_MAX);
    sp_trace_write_rules(&writer, report);
    const int status = sp_pager_print(
        line, &writer, report->form == SP_TRACE_FORM_TEXT && !sp_option_given(line, "no-pager"));
    free(octets);
    return status;
}

static int run(const struct sp_command_line *line)
{
    struct sp_page_options options;
    if (sp_page_options_read(line, &options) != SP_OK)
        return SP_EXIT_USAGE;
    struct tracing *const tracing = calloc(1, sizeof *tracing);
    if (tracing == NULL)
        return sp_command_refuse(line, "there is no memory for it");
    int status = SP_EXIT_USAGE;
    options.format.is_ascii = sp_option_given(line, "ascii");
    tracing->line = line;
    tracing->report.format = options.format;
    tracing->report.only_findings = sp_option_given(line, "findings");
    tracing->only_call = sp_option_value(line, "call");
    if (read_form(line, &tracing->report.form) == SP_OK) {
        if (sp_option_given(line, "rules"))
            status = print_rules(line, &tracing->report);
        else if (line->argument_count == 0)
            status = sp_command_misused(line, "a capture file is missing");
        else
            status = with_memory(tracing);
    }
    free(tracing);
    return status;
}

static const struct sp_option options[] = {
    {"findings", NULL, "only what was found, without the ladders"},
    {"call", "ID", "only the call with this Call-ID, or with this number"},
    SP_PAGE_OPTION_LANG,
    {"json", NULL, "a JSON object on a line for the capture, then one for each call"},
    {"csv", NULL, "a line for each call"},
    {"svg", NULL, "the ladder of one call as a picture"},
    {"html", NULL, "one page for a browser that needs nothing else"},
    {"rules", NULL, "what is looked for, a line for each rule"},
    {"ascii", NULL, "draw the ladders without box characters"},
    SP_PAGE_OPTION_WIDTH,
    SP_PAGER_OPTION,
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_trace = {
    .name = "trace",
    .summary = "say what happened in a capture, and what to change",
    .arguments = "FILE...|-",
    .arguments_min = 0,
    .arguments_max = SP_ARGUMENTS_MAX,
    .about =
        "Reads captures of pcap or pcapng, several as one after the other, or - for standard\n"
        "input. SIP is found on any port, over UDP and TCP, IPv4 and IPv6. First comes what\n"
        "was found in all of it, then each call as a ladder, with marks beside the messages\n"
        "that break a rule, and below it what was seen, what to change and at which address.\n"
        "Exits with 1 when there is a finding of severity error, 2 when a file is no capture.\n",
    .options = options,
    .examples = "  signpost trace evening.pcap                 what happened, and what to change\n"
                "  signpost trace --findings evening.pcap      only what is wrong\n"
                "  signpost trace --call 3 evening.pcap        only the third call\n"
                "  signpost trace --html evening.pcap >evening.html\n"
                "                                              a page to pass on\n"
                "  signpost trace --csv *.pcap >calls.csv      a line for each call\n"
                "  tcpdump -w - udp port 5060 | signpost trace -\n"
                "                                              until tcpdump is stopped\n"
                "  signpost trace --rules                      what is looked for\n"
                "  signpost trace --json evening.pcap | jq -c '.findings[]?'\n",
    .run = run,
};

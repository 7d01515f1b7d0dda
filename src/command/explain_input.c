/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads lines rather than messages, because a log holds them in pieces, behind time stamps or with
 * LF only, and a broken message is the one that somebody wants explained. A status line may stand
 * anywhere in its line; a header field begins one.
 */
#include "command/explain_input.h"

#include <string.h>

#include "signpost/reference/advice.h"
#include "signpost/reference/term.h"

enum {
    LINE_MAX_OCTETS = 8192, /* of a line; what is longer goes on as the next one */
    CODE_MAX = 700,
    REPEATS_MAX = 4, /* how often a code of a log is explained with its values */
    DIGITS = 3,
};

struct reading {
    const struct sp_command_line *line;
    const struct sp_page_options *options;
    unsigned number; /* of the line */
    unsigned code;   /* of the message being read; 0 in a request or before the first */
    unsigned count;  /* of messages */
    unsigned char seen[CODE_MAX];
    int status;
};

static void print(struct reading *reading, const struct sp_writer *writer)
{
    if (writer->len > 0 && reading->status == SP_EXIT_DONE)
        reading->status = sp_page_print(reading->line, writer, stdout);
}

/* The code behind "SIP/2.0 ", wherever that stands; 0 when it does not. */
static unsigned find_code(struct sp_span text)
{
    const struct sp_span mark = SP_SPAN("SIP/2.0 ");
    for (size_t i = 0; i + mark.len + DIGITS <= text.len; i++) {
        uint32_t code;
        const struct sp_span rest = sp_span_after(text, i);
        if (sp_span_has_prefix(rest, mark) &&
            sp_span_to_u32(sp_span_first(sp_span_after(rest, mark.len), DIGITS), CODE_MAX - 1,
                           &code) == SP_OK &&
            sp_reference_class_of(code) != NULL)
            return code;
    }
    return 0;
}

/* The method of a request line, which ends in "SIP/2.0"; NULL when it is none. */
static const struct sp_reference_term *find_method(struct sp_span text)
{
    const struct sp_span version = SP_SPAN(" SIP/2.0");
    if (text.len < version.len ||
        !sp_span_equal(sp_span_after(text, text.len - version.len), version))
        return NULL;
    return sp_reference_find_term(SP_TERM_METHOD, sp_span_first(text, sp_span_find(text, ' ')));
}

static void begin_response(struct reading *reading, unsigned code, struct sp_writer *writer)
{
    const enum sp_language language = reading->options->format.language;
    reading->code = code;
    reading->count++;
    if (reading->seen[code] < REPEATS_MAX)
        reading->seen[code]++;
    else
        reading->code = 0; /* no more of its values either */
    if (reading->seen[code] > 1)
        return;
    if (reading->options->is_json) {
        sp_ignore(sp_reference_explain_json(writer, code, language)); /* it is a code */
        sp_write_octet(writer, '\n');
    } else {
        sp_ignore(sp_reference_explain_short(writer, code, language)); /* as above */
    }
}

static void begin_request(struct reading *reading, const struct sp_reference_term *method,
                          struct sp_writer *writer)
{
    const enum sp_language language = reading->options->format.language;
    reading->code = 0;
    reading->count++;
    if (!reading->options->is_json)
        sp_reference_explain_term_short(writer, method, language);
}

static void write_field(const struct reading *reading, const struct sp_reference_field *field,
                        struct sp_writer *writer)
{
    const enum sp_language language = reading->options->format.language;
    char octets[LINE_MAX_OCTETS];
    struct sp_writer advice;
    struct sp_span text;
    sp_writer_init(&advice, octets, sizeof octets);
    if (sp_reference_advise(&advice, field, language) != SP_OK ||
        sp_writer_end(&advice, &text) != SP_OK)
        return;
    if (reading->options->is_json) {
        sp_reference_finding_json(writer, field, reading->number, language);
        sp_write_octet(writer, '\n');
        return;
    }
    sp_write_text(writer, "  ");
    sp_write_span(writer, field->name);
    sp_write_text(writer, ": ");
    sp_write_span(writer, text);
    sp_write_octet(writer, '\n');
}

static void read_line(struct reading *reading, struct sp_span text)
{
    char octets[SP_REFERENCE_PAGE_MAX];
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    const unsigned code = find_code(text);
    const struct sp_reference_term *const method = find_method(text);
    if (code != 0) {
        begin_response(reading, code, &writer);
    } else if (method != NULL) {
        begin_request(reading, method, &writer);
    } else if (reading->code != 0) {
        const size_t colon = sp_span_find(text, ':');
        const struct sp_reference_field field = {
            .code = reading->code,
            .name = sp_span_trim(sp_span_first(text, colon)),
            .value = sp_span_trim(sp_span_after(text, colon + 1)),
        };
        write_field(reading, &field, &writer);
    }
    print(reading, &writer);
}

int sp_explain_input(const struct sp_command_line *line, const struct sp_page_options *options,
                     FILE *in)
{
    struct reading reading = {.line = line, .options = options};
    char octets[LINE_MAX_OCTETS];
    while (reading.status == SP_EXIT_DONE && fgets(octets, sizeof octets, in) != NULL) {
        reading.number++;
        read_line(&reading, sp_span_trim(sp_span_of(octets)));
    }
    if (reading.status != SP_EXIT_DONE)
        return reading.status;
    if (ferror(in) != 0)
        return sp_command_refuse(line, "standard input cannot be read");
    if (reading.count == 0)
        return sp_command_refuse(line, "no SIP message stands on standard input");
    return SP_EXIT_DONE;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Tries the exact ways to name something first, and searches when none of them fits.
 */
#include "command/subject.h"

#include <string.h>

#include "signpost/reference/search.h"

static enum sp_err read_code(const struct sp_command_line *line, const char *text,
                             struct sp_subject *subject)
{
    unsigned code;
    const enum sp_err err = sp_page_code(line, text, &code);
    if (err == SP_OK)
        *subject = (struct sp_subject){.first = code, .last = code};
    return err;
}

static enum sp_err refuse_unknown(const struct sp_command_line *line, const char *text)
{
    char octets[4 * 64];
    struct sp_writer shown;
    struct sp_span name = sp_span_absent();
    sp_writer_init(&shown, octets, sizeof octets);
    sp_write_escaped(&shown, sp_span_first(sp_span_of(text), 64));
    sp_ignore(sp_writer_end(&shown, &name)); /* four octets for each fit */
    (void)sp_command_refuse(line, "nothing is known of '%.*s'; `signpost codes` lists all codes",
                            (int)name.len, name.ptr); /* told is enough */
    return SP_ERR_ABSENT;
}

/* On stderr, since the page is what was asked for. */
static void tell_nearest(const struct sp_command_line *line, const char *text,
                         const struct sp_subject *subject)
{
    if (subject->term != NULL)
        (void)sp_command_refuse(line, "'%s' is taken for %s", text, subject->term->name);
    else
        (void)sp_command_refuse(line, "'%s' is taken for %u %s", text, subject->first,
                                sp_reference_phrase(subject->first, SP_LANGUAGE_EN));
}

static enum sp_err search(const struct sp_command_line *line, const char *text,
                          struct sp_subject *subject)
{
    struct sp_reference_hit hit;
    if (sp_reference_search(sp_span_of(text), &hit, 1) == 0)
        return refuse_unknown(line, text);
    *subject = (struct sp_subject){.term = hit.term, .first = hit.code, .last = hit.code};
    if (hit.match == SP_MATCH_NEAR)
        tell_nearest(line, text, subject);
    return SP_OK;
}

enum sp_err sp_subject_read(const struct sp_command_line *line, const char *text,
                            struct sp_subject *subject)
{
    struct sp_subject read = {.term = NULL};
    enum sp_err err = sp_reference_read_mask(sp_span_of(text), &read.first, &read.last);
    if (err == SP_ERR_SYNTAX && text[strspn(text, "0123456789")] == '\0')
        return read_code(line, text, subject);
    if (err == SP_ERR_RANGE)
        (void)sp_command_misused(line, "'%s' is no class of codes; those are 1xx to 6xx",
                                 text); /* told is enough */
    if (err == SP_ERR_SYNTAX)
        err = sp_reference_read_term(sp_span_of(text), &read.term);
    if (err == SP_ERR_SYNTAX)
        return search(line, text, subject);
    if (err == SP_ERR_ABSENT)
        return refuse_unknown(line, text);
    if (err == SP_OK)
        *subject = read;
    return err;
}

static void write_term(const struct sp_reference_term *term, const struct sp_subject_look *look,
                       struct sp_writer *writer)
{
    const struct sp_reference_format *const format = &look->options->format;
    switch (look->form) {
    case SP_SUBJECT_PAGE:
        sp_reference_explain_term(writer, term, format);
        break;
    case SP_SUBJECT_SHORT:
        sp_reference_explain_term_short(writer, term, format->language);
        break;
    case SP_SUBJECT_SOURCES:
        sp_reference_term_sources(writer, term, format);
        break;
    case SP_SUBJECT_TSV:
        sp_reference_explain_term_tsv(writer, term, format->language);
        break;
    case SP_SUBJECT_JSON:
        sp_reference_explain_term_json(writer, term, format->language);
        sp_write_octet(writer, '\n');
        break;
    }
}

/* `code` is within 100..699, so nothing can be out of range. Of one among many, what is told of the
 * server would be too much. */
static void write_code(unsigned code, bool is_one, struct sp_subject_look *look,
                       struct sp_writer *writer)
{
    const struct sp_reference_format *const format = &look->options->format;
    switch (look->form == SP_SUBJECT_PAGE && !is_one ? SP_SUBJECT_SHORT : look->form) {
    case SP_SUBJECT_PAGE:
        sp_ignore(sp_reference_explain(writer, code, format));
        sp_live_text(&look->live, code, format->language, writer);
        break;
    case SP_SUBJECT_SHORT:
        sp_ignore(sp_reference_explain_short(writer, code, format->language));
        break;
    case SP_SUBJECT_SOURCES:
        sp_ignore(sp_reference_sources(writer, code, format));
        break;
    case SP_SUBJECT_TSV:
        sp_ignore(sp_reference_explain_tsv(writer, code, format->language));
        break;
    case SP_SUBJECT_JSON:
        sp_ignore(sp_reference_explain_json(writer, code, format->language));
        if (is_one)
            sp_live_json(&look->live, code, writer);
        sp_write_octet(writer, '\n');
        break;
    }
}

int sp_subject_print(const struct sp_command_line *line, const struct sp_subject *subject,
                     struct sp_subject_look *look)
{
    const bool is_one = subject->first == subject->last;
    int status = SP_EXIT_DONE;
    for (unsigned code = subject->first; code <= subject->last && status == SP_EXIT_DONE; code++) {
        char octets[SP_REFERENCE_PAGE_MAX];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        if (subject->term != NULL)
            write_term(subject->term, look, &writer);
        else if (is_one || sp_reference_phrase(code, SP_LANGUAGE_EN) != NULL)
            write_code(code, is_one, look, &writer);
        status = sp_page_print(line, &writer, look->out);
    }
    return status;
}

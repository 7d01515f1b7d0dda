/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills the advice of data/advice.tsv with values from the wire. A value that begins with digits
 * counts for these alone: a comment or parameters may follow (RFC 3261 §20.33).
 */
#include "signpost/reference/advice.h"

#include "base/ascii.h"
#include "reference/json.h"
#include "reference/statement.h"
#include "reference/word.h"
#include "signpost/base/table/advice.h"
#include "signpost/reference/page.h"
#include "signpost/reference/term.h"

static const struct advice {
    uint16_t code; /* 0: any */
    const char *name;
    const char *text[SP_LANGUAGE_COUNT];
} advices[] = {
#define ADVICE(code, name, en, ko) {code, name, {en, ko}},
    SP_ADVICE_TABLE(ADVICE)
#undef ADVICE
};

enum {
    VALUE_MAX = 400 /* octets of a value that are shown; the rest is cut */
};

static struct sp_span digits_of(struct sp_span text)
{
    return sp_span_first(text, sp_ascii_run(text, SP_ASCII_DIGIT));
}

static enum sp_err write_term(struct sp_writer *writer, enum sp_term_kind kind, struct sp_span name,
                              enum sp_language language)
{
    const struct sp_reference_term *const term = sp_reference_find_term(kind, name);
    if (term == NULL)
        return SP_ERR_ABSENT;
    char octets[SP_STATEMENT_MAX];
    struct sp_writer line;
    sp_writer_init(&line, octets, sizeof octets);
    sp_reference_explain_term_short(&line, term, language);
    sp_write_span(writer, sp_span_trim(sp_state_end(&line)));
    return SP_OK;
}

/* "Q.850;cause=17;text=..." or "SIP;cause=200". */
static enum sp_err write_reason(struct sp_writer *writer, struct sp_span value,
                                enum sp_language language)
{
    const struct sp_span mark = SP_SPAN("cause=");
    const struct sp_span protocol = sp_span_trim(sp_span_first(value, sp_span_find(value, ';')));
    size_t at = 0;
    while (at < value.len && !sp_span_has_prefix(sp_span_after(value, at), mark))
        at++;
    const struct sp_span cause = digits_of(sp_span_after(value, at + mark.len));
    if (sp_span_equal_nocase(protocol, SP_SPAN("Q.850")))
        return write_term(writer, SP_TERM_CAUSE, cause, language);
    uint32_t code;
    if (!sp_span_equal_nocase(protocol, SP_SPAN("SIP")) ||
        sp_span_to_u32(cause, UINT16_MAX, &code) != SP_OK ||
        sp_reference_phrase(code, SP_LANGUAGE_EN) == NULL)
        return SP_ERR_ABSENT;
    sp_write_text(writer, "SIP ");
    sp_state_title(writer, code, language);
    return SP_OK;
}

static enum sp_err write_advice(struct sp_writer *writer, const struct advice *advice,
                                struct sp_span value, enum sp_language language)
{
    const struct sp_span digits = digits_of(value);
    char octets[SP_STATEMENT_MAX];
    struct sp_writer shown;
    sp_writer_init(&shown, octets, sizeof octets);
    if (value.len == 0)
        return SP_ERR_ABSENT;
    sp_write_escaped(&shown, digits.len > 0 ? digits : sp_span_first(value, VALUE_MAX));
    const struct sp_span argument = sp_state_end(&shown);
    sp_word_fill(writer, sp_span_of(advice->text[language]), &argument);
    return SP_OK;
}

/* The text that a Warning or a Reason brings in quotes, for people; nothing without one. */
static void write_said(struct sp_writer *writer, struct sp_span value, enum sp_language language)
{
    const struct sp_span rest = sp_span_after(value, sp_span_find(value, '"') + 1);
    const struct sp_span said = sp_span_first(rest, sp_span_find(rest, '"'));
    char octets[SP_STATEMENT_MAX];
    struct sp_writer shown;
    sp_writer_init(&shown, octets, sizeof octets);
    if (said.len == 0)
        return;
    sp_write_escaped(&shown, sp_span_first(said, VALUE_MAX));
    const struct sp_span argument = sp_state_end(&shown);
    sp_write_octet(writer, ' ');
    sp_word_fill(writer, sp_word(SP_WORD_says, language), &argument);
}

enum sp_err sp_reference_advise(struct sp_writer *writer, const struct sp_reference_field *field,
                                enum sp_language language)
{
    const struct sp_reference_term *const header =
        sp_reference_find_term(SP_TERM_HEADER, field->name);
    if (header == NULL)
        return SP_ERR_ABSENT;
    const struct sp_span name = sp_span_of(header->name);
    const struct sp_span value = sp_span_trim(field->value);
    const bool is_warning = sp_span_equal(name, SP_SPAN("Warning"));
    if (is_warning || sp_span_equal(name, SP_SPAN("Reason"))) {
        const enum sp_err err =
            is_warning ? write_term(writer, SP_TERM_WARNING, digits_of(value), language)
                       : write_reason(writer, value, language);
        if (err == SP_OK)
            write_said(writer, value, language);
        return err;
    }
    for (size_t k = 0; k < sizeof advices / sizeof advices[0]; k++)
        if ((advices[k].code == 0 || advices[k].code == field->code) &&
            sp_span_equal(sp_span_of(advices[k].name), name))
            return write_advice(writer, &advices[k], value, language);
    return SP_ERR_ABSENT;
}

void sp_reference_finding_json(struct sp_writer *writer, const struct sp_reference_field *field,
                               unsigned line, enum sp_language language)
{
    char octets[SP_STATEMENT_MAX];
    struct sp_writer text;
    struct sp_json json = {.writer = writer};
    sp_json_open(&json, NULL, '{');
    sp_json_number(&json, "schema", SP_REFERENCE_SCHEMA);
    sp_json_text(&json, "kind", SP_SPAN("finding"));
    sp_json_text(&json, "language", language == SP_LANGUAGE_KO ? SP_SPAN("ko") : SP_SPAN("en"));
    sp_json_number(&json, "line", line);
    sp_json_number(&json, "code", field->code);
    sp_json_text(&json, "header", field->name);
    sp_writer_init(&text, octets, sizeof octets);
    sp_write_escaped(&text, sp_span_first(field->value, VALUE_MAX));
    sp_json_text(&json, "value", sp_state_end(&text));
    sp_writer_init(&text, octets, sizeof octets);
    if (sp_reference_advise(&text, field, language) == SP_OK)
        sp_json_text(&json, "advice", sp_state_end(&text));
    sp_json_close(&json, '}');
}

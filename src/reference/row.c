/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes and terms as lines of columns, for programs that read neither pages nor JSON. No text of
 * the tables holds a tab or a line end where a line is written.
 */
#include "reference/fact.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "signpost/reference/page.h"
#include "signpost/reference/term.h"

void sp_reference_tsv_head(struct sp_writer *writer)
{
    sp_write_text(writer, "kind\tname\tphrase\tclass\toutcome\tretry\tref\tmeaning\n");
}

/* Nothing for NULL, as of a code that nobody registered. */
static void write_cell(struct sp_writer *writer, const char *text)
{
    sp_write_text(writer, text == NULL ? "" : text);
    sp_write_octet(writer, '\t');
}

static void write_first_ref(struct sp_writer *writer, const char *refs)
{
    struct sp_span list = sp_span_of(refs);
    struct sp_span ref;
    if (sp_text_next_word(&list, &ref))
        sp_state_ref(writer, ref);
    sp_write_octet(writer, '\t');
}

enum sp_err sp_reference_explain_tsv(struct sp_writer *writer, unsigned code,
                                     enum sp_language language)
{
    if (sp_reference_class_of(code) == NULL)
        return SP_ERR_RANGE;
    const struct sp_reference_code *const page = sp_reference_find(code);
    const char *const phrase = sp_reference_phrase(code, SP_LANGUAGE_EN);
    sp_write_format(writer, "code\t%u\t", code);
    write_cell(writer, phrase != NULL ? phrase : sp_reference_seen_as(code));
    sp_state_class(writer, code, language);
    sp_write_octet(writer, '\t');
    write_cell(writer, sp_reference_outcome(code));
    write_cell(writer, page != NULL ? page->retry + sizeof "retry_" - 1 : NULL);
    write_first_ref(writer, page != NULL ? page->refs : "-");
    if (page != NULL)
        sp_write_text(writer, page->text[language][SP_CODE_summary]);
    else
        sp_state_opening(writer, code, language);
    sp_write_octet(writer, '\n');
    return SP_OK;
}

void sp_reference_explain_term_tsv(struct sp_writer *writer, const struct sp_reference_term *term,
                                   enum sp_language language)
{
    write_cell(writer, sp_reference_term_kind(term->kind));
    write_cell(writer, term->name);
    sp_write_text(writer, "\t\t\t\t");
    write_first_ref(writer, term->ref);
    sp_write_text(writer, term->text[language]);
    sp_write_octet(writer, '\n');
}

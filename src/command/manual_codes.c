/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks over all codes class by class. What `explain` has beyond this, examples and facts above
 * all, is left to it: a manual page should be leafed through.
 */
#include "command/manual_codes.h"

#include "command/manual.h"
#include "reference/text.h"
#include "signpost/reference/code.h"

enum {
    CLASS_SIZE = 100,
    CODE_MIN = 100,
    CODE_MAX = 699,
};

static const char description[] =
    ".Sh DESCRIPTION\n"
    "The first line of a SIP response holds a code of three digits and a phrase.\n"
    "The code is what programs go by; the phrase is for people and may differ.\n"
    "A client that does not know a code takes it for the first of its class,\n"
    "and a provisional one for 183 (RFC 3261, section 8.1.3.2).\n"
    ".Pp\n"
    ".Ic signpost explain CODE\n"
    "prints more on each code, with facts and an example, in English or Korean, and\n"
    ".Ic signpost compare CODE CODE\n"
    "sets two beside each other.\n";

static const char see_also[] = ".Sh SEE ALSO\n"
                               ".Xr signpost 1\n"
                               ".Pp\n"
                               ".Lk https://www.iana.org/assignments/sip-parameters\n";

/* The paragraphs of a section; its items as a list. */
static void write_section(const char *text, FILE *out)
{
    struct sp_span rest = sp_span_of(text);
    struct sp_span line;
    bool is_list = false;
    while (sp_text_next_line(&rest, &line)) {
        const bool is_item = sp_text_is_item(line);
        if (is_item && !is_list)
            fputs(".Bl -bullet -compact\n", out);
        if (!is_item && is_list)
            fputs(".El\n.Pp\n", out);
        if (is_item)
            fputs(".It\n", out);
        is_list = is_item;
        sp_manual_write_words(is_item ? sp_span_after(line, sizeof SP_TEXT_ITEM - 1) : line, out);
    }
    if (is_list)
        fputs(".El\n", out);
}

static void write_code(unsigned code, FILE *out)
{
    const struct sp_reference_code *const page = sp_reference_find(code);
    fprintf(out, ".It %u ", code);
    sp_manual_write_words(sp_span_of(sp_reference_phrase(code, SP_LANGUAGE_EN)), out);
    if (page == NULL)
        return;
    sp_manual_write_words(sp_span_of(page->text[SP_LANGUAGE_EN][SP_CODE_summary]), out);
    fputs(".Pp\n", out);
    write_section(page->text[SP_LANGUAGE_EN][SP_CODE_fix], out);
}

static void write_class(unsigned first, FILE *out)
{
    const struct sp_reference_class *const class = sp_reference_class_of(first);
    fprintf(out, ".Ss %uxx %s\n", (unsigned)class->digit, class->name[SP_LANGUAGE_EN]);
    fputs("Such a response says:\n", out);
    sp_manual_write_words(sp_span_of(class->meaning[SP_LANGUAGE_EN]), out);
    fputs(".Bl -tag -width Ds\n", out);
    for (unsigned code = first; code < first + CLASS_SIZE; code++)
        if (sp_reference_phrase(code, SP_LANGUAGE_EN) != NULL)
            write_code(code, out);
    fputs(".El\n", out);
}

void sp_manual_codes_write(const char *date, FILE *out)
{
    fprintf(out, ".\\\" Made by signpost codes --manual.\n.Dd %s\n.Dt SIP-CODES 7\n.Os\n", date);
    fputs(".Sh NAME\n.Nm sip-codes\n.Nd the response codes of SIP\n", out);
    fputs(description, out);
    for (unsigned first = CODE_MIN; first <= CODE_MAX; first += CLASS_SIZE)
        write_class(first, out);
    fputs(see_also, out);
}

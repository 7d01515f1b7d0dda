/* SPDX-License-Identifier: Apache-2.0
 *
 * The terms: that all that are registered are explained, in both languages, and what is read off a
 * header field's value.
 */
#include "signpost/reference/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "reference/text.h"
#include "signpost/base/table/header.h"
#include "signpost/base/table/method.h"
#include "signpost/reference/advice.h"

enum {
    WIDTH = 80
};

static void every_kind_is_whole(void **state)
{
    (void)state;
    static const unsigned counts[SP_TERM_KIND_COUNT] = {134, 14, 36, 15, 71, 55};
    for (enum sp_term_kind kind = 0; kind < SP_TERM_KIND_COUNT; kind++) {
        assert_non_null(sp_reference_term_at(kind, counts[kind] - 1));
        assert_null(sp_reference_term_at(kind, counts[kind]));
    }
}

static void what_the_parser_knows_is_explained(void **state)
{
    (void)state;
    static const char *const headers[] = {
#define NAME(id, name, compact, is_single) name,
        SP_HEADER_TABLE(NAME)
#undef NAME
    };
    static const char *const methods[] = {
#define NAME(name) #name,
        SP_METHOD_TABLE(NAME)
#undef NAME
    };
    for (size_t k = 0; k < sizeof headers / sizeof headers[0]; k++)
        if (sp_reference_find_term(SP_TERM_HEADER, sp_span_of(headers[k])) == NULL)
            fail_msg("%s is not explained", headers[k]);
    for (size_t k = 0; k < sizeof methods / sizeof methods[0]; k++)
        assert_non_null(sp_reference_find_term(SP_TERM_METHOD, sp_span_of(methods[k])));
}

static void are_explained(unsigned code, const char *headers)
{
    struct sp_span list = sp_span_of(headers);
    struct sp_span name;
    while (sp_text_next_word(&list, &name))
        if (sp_reference_find_term(SP_TERM_HEADER, name) == NULL)
            fail_msg("%u: %.*s is no header field", code, (int)name.len, name.ptr);
}

static void header_fields_of_codes_are_explained(void **state)
{
    (void)state;
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++) {
        are_explained(page->code, page->must);
        are_explained(page->code, page->should);
        are_explained(page->code, page->may);
    }
}

/* Whether the cause of "to:23" says that it comes from this code, and that of "from:22" that it
 * goes to it. 31 is what all codes become that RFC 3398 does not list. */
static bool cause_agrees(unsigned code, struct sp_span word)
{
    const bool is_to = sp_span_has_prefix(word, SP_SPAN("to:"));
    const struct sp_span number = sp_span_after(word, sp_span_find(word, ':') + 1);
    const struct sp_reference_term *const cause = sp_reference_find_term(SP_TERM_CAUSE, number);
    char octets[16];
    struct sp_writer wanted;
    sp_writer_init(&wanted, octets, sizeof octets);
    sp_write_format(&wanted, is_to ? "from:%u" : "to:%u", code);
    struct sp_span list = sp_span_of(cause != NULL ? cause->codes : "");
    struct sp_span other;
    while (sp_text_next_word(&list, &other))
        if (sp_span_equal(other, sp_span(octets, wanted.len)))
            return true;
    return is_to && sp_span_equal(number, SP_SPAN("31"));
}

static void causes_and_codes_agree(void **state)
{
    (void)state;
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++) {
        struct sp_span list = sp_span_of(page->q850);
        struct sp_span word;
        while (sp_text_next_word(&list, &word))
            if (!cause_agrees(page->code, word))
                fail_msg("%u: the cause of %.*s does not say so", page->code, (int)word.len,
                         word.ptr);
    }
}

static void codes_of_terms_are_registered(const struct sp_reference_term *term)
{
    struct sp_span list = sp_span_of(term->codes);
    struct sp_span word;
    while (sp_text_next_word(&list, &word)) {
        uint32_t code;
        const struct sp_span number = sp_span_after(word, sp_span_find(word, ':') + 1);
        assert_int_equal(sp_span_to_u32(number, 699, &code), SP_OK);
        assert_non_null(sp_reference_phrase(code, SP_LANGUAGE_EN));
    }
}

static void page_reads_well(const struct sp_reference_term *term, enum sp_language language)
{
    const struct sp_reference_format format = {.language = language, .width = WIDTH};
    char octets[SP_REFERENCE_PAGE_MAX];
    struct sp_writer writer;
    struct sp_span page;
    sp_writer_init(&writer, octets, sizeof octets);
    sp_reference_explain_term(&writer, term, &format);
    assert_int_equal(sp_writer_end(&writer, &page), SP_OK);
    assert_keeps_to(WIDTH, page);
    assert_repeats_no_word(page);
    sp_writer_init(&writer, octets, sizeof octets);
    sp_reference_term_sources(&writer, term, &format);
    assert_int_equal(sp_writer_end(&writer, &page), SP_OK);
    assert_keeps_to(WIDTH, page);
    assert_repeats_no_word(page);
}

static void every_term_has_a_page_that_reads_well(void **state)
{
    (void)state;
    const struct sp_reference_term *term;
    for (enum sp_term_kind kind = 0; kind < SP_TERM_KIND_COUNT; kind++) {
        for (unsigned k = 0; (term = sp_reference_term_at(kind, k)) != NULL; k++) {
            codes_of_terms_are_registered(term);
            assert_korean(sp_span_of(term->text[SP_LANGUAGE_KO]));
            page_reads_well(term, SP_LANGUAGE_EN);
            page_reads_well(term, SP_LANGUAGE_KO);
        }
    }
}

static void values_fill_the_advice(void **state)
{
    (void)state;
    static const struct {
        unsigned code;
        const char *name, *value, *part; /* NULL: no advice */
    } cases[] = {
        {422, "Min-SE", "1800", "Session-Expires of at least 1800"},
        {422, "min-se", "1800;x=y", "Min-SE: 1800."},
        {423, "Min-Expires", "3600", "at least 3600"},
        {503, "Retry-After", "120 (soon)", "before 120 seconds"},
        {486, "Retry-After", "18", "before 18 seconds"},
        {301, "m", "<sip:bob@example.net>", "<sip:bob@example.net>"},
        {301, "Contact", "\x1b[31m", "\\x1b[31m"},
        {488, "Warning", "305 host \"Incompatible\"", "codec"},
        {503, "Warning", "399 sbc \"trunk 7 down\"", "act on it. It says: \"trunk 7 down\""},
        {503, "Warning", "399 sbc \"\x1b[31m", "It says: \"\\x1b[31m\""},
        {480, "Reason", "Q.850;cause=20;text=\"No \xff\"", "It says: \"No \\xff\""},
        {480, "Reason", "Q.850;cause=20;text=\"x\"", "Q.850 cause 20"},
        {487, "Reason", "SIP;cause=200", "200 OK"},
        {487, "Reason", "SIP;cause=299", NULL},
        {487, "Reason", "Q.850", NULL},
        {404, "Min-SE", "1800", NULL},
        {422, "Min-SE", "", NULL},
        {422, "No-Such", "1", NULL},
        {422, "", "", NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const struct sp_reference_field field = {cases[k].code, sp_span_of(cases[k].name),
                                                 sp_span_of(cases[k].value)};
        char octets[1024];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets - 1);
        assert_int_equal(sp_reference_advise(&writer, &field, SP_LANGUAGE_EN),
                         cases[k].part != NULL ? SP_OK : SP_ERR_ABSENT);
        octets[writer.len] = '\0';
        if (cases[k].part != NULL && strstr(octets, cases[k].part) == NULL)
            fail_msg("'%s' is not in: %s", cases[k].part, octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_whole),
        cmocka_unit_test(what_the_parser_knows_is_explained),
        cmocka_unit_test(header_fields_of_codes_are_explained),
        cmocka_unit_test(causes_and_codes_agree),
        cmocka_unit_test(every_term_has_a_page_that_reads_well),
        cmocka_unit_test(values_fill_the_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

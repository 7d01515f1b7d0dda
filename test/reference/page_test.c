/* SPDX-License-Identifier: Apache-2.0
 *
 * All pages in all languages: that each has its sections in order, keeps to its width, repeats no
 * word, and is Korean where it says so.
 */
#include "signpost/reference/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"

enum {
    WIDTH = 80
};

struct page {
    char octets[SP_REFERENCE_PAGE_MAX + 1];
};

static struct sp_reference_format format_of(enum sp_language language)
{
    return (struct sp_reference_format){.language = language, .width = WIDTH};
}

static void end_page(struct page *page, const struct sp_writer *writer)
{
    struct sp_span written;
    assert_int_equal(sp_writer_end(writer, &written), SP_OK);
    page->octets[written.len] = '\0';
}

static void explain(struct page *page, unsigned code, enum sp_language language)
{
    const struct sp_reference_format format = format_of(language);
    struct sp_writer writer;
    sp_writer_init(&writer, page->octets, SP_REFERENCE_PAGE_MAX);
    assert_int_equal(sp_reference_explain(&writer, code, &format), SP_OK);
    end_page(page, &writer);
}

static void compare(struct page *page, unsigned a, unsigned b, enum sp_language language)
{
    const struct sp_reference_format format = format_of(language);
    struct sp_writer writer;
    sp_writer_init(&writer, page->octets, SP_REFERENCE_PAGE_MAX);
    assert_int_equal(sp_reference_compare(&writer, a, b, &format), SP_OK);
    end_page(page, &writer);
}

/* Each of the pieces, NULL-ended, behind the one before. */
static void has_in_order(const char *page, const char *const *pieces)
{
    for (; *pieces != NULL; pieces++) {
        const char *const found = strstr(page, *pieces);
        if (found == NULL)
            fail_msg("missing or out of order: %s", *pieces);
        page = found + strlen(*pieces);
    }
}

static void a_code_has_its_sections_in_order(void **state)
{
    (void)state;
    static struct page page;
    explain(&page, 422, SP_LANGUAGE_EN);
    has_in_order(page.octets,
                 (const char *const[]){
                     "SIP 422 Session Interval Too Small\n\n", "422 is a 4xx Request Failure",
                     "\nDescription\n", "\nWhen you see this code\n", "\nHow to fix\n",
                     "\nExceptions\n", "\nWhat signpost does\n", "\nAt a glance\n", "\nExample\n",
                     "\nLearn more\n", "signpost compare 422 301", "RFC 4028 §6: https://", NULL});
    explain(&page, 301, SP_LANGUAGE_KO);
    has_in_order(page.octets,
                 (const char *const[]){"SIP 301 Moved Permanently (영구 이동)\n\n",
                                       "301은 3xx 재지정 응답입니다.", "\n설명\n",
                                       "\n이 코드를 보게 되는 경우\n", "\n해결 방법\n", "\n예외\n",
                                       "\nsignpost의 동작\n", "\n한눈에 보기\n", "\n메시지 예\n",
                                       "\n더 알아보기\n", NULL});
}

static void two_codes_have_their_sections_in_the_order_of_the_codes(void **state)
{
    (void)state;
    static struct page page;
    compare(&page, 301, 422, SP_LANGUAGE_EN);
    has_in_order(page.octets, (const char *const[]){
                                  "SIP 301 Moved Permanently vs 422 Session Interval Too Small\n\n",
                                  "SIP 301 (Moved Permanently) is a 3xx",
                                  "while 422",
                                  "In\ncontrast, 422 means",
                                  "\n301 Moved Permanently\n",
                                  "Description\n",
                                  "When you see this code\n",
                                  "How to fix\n",
                                  "\n422 Session Interval Too Small\n",
                                  "Description\n",
                                  "When you see this code\n",
                                  "How to fix\n",
                                  "\nKey differences\n",
                                  "  1. 301 is a 3xx",
                                  "  2. 301",
                                  "  3. You meet 301",
                                  "  4. ",
                                  "  5. ",
                                  "\nWhen to use which\n",
                                  "For 301",
                                  "For 422",
                                  "\nLearn more\n",
                                  NULL});
    compare(&page, 422, 301, SP_LANGUAGE_KO);
    has_in_order(page.octets,
                 (const char *const[]){
                     "SIP 422 ", " vs 301 ", "SIP 422(Session Interval Too Small)는",
                     "301(Moved\nPermanently)은", "\n422 ", "설명\n", "이 코드를 보게 되는 경우\n",
                     "해결 방법\n", "\n301 ", "설명\n", "이 코드를 보게 되는 경우\n", "해결 방법\n",
                     "\n주요 차이점\n", "  1. 422는", "  2. 422는", "\n언제 어떤 것을 사용할지\n",
                     "\n더 알아보기\n", NULL});
}

static void every_code_from_100_to_699_is_answered(void **state)
{
    (void)state;
    static struct page page;
    char title[16];
    for (unsigned code = 100; code < 700; code++) {
        for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++) {
            explain(&page, code, language);
            snprintf(title, sizeof title, "SIP %u", code);
            assert_memory_equal(page.octets, title, strlen(title));
        }
    }
    explain(&page, 299, SP_LANGUAGE_EN);
    has_in_order(page.octets, (const char *const[]){"299 is a 2xx", "not\nregistered", NULL});
}

/* Whether the page says so, wherever its lines break. */
static bool says(struct page *page, const char *text)
{
    for (char *octet = page->octets; *octet != '\0'; octet++)
        if (*octet == '\n')
            *octet = ' ';
    return strstr(page->octets, text) != NULL;
}

static void registered_seen_and_unknown_codes_are_never_confused(void **state)
{
    (void)state;
    static struct page page;
    unsigned registered = 0;
    unsigned seen = 0;
    for (unsigned code = 100; code < 700; code++) {
        const bool is_registered = sp_reference_phrase(code, SP_LANGUAGE_EN) != NULL;
        const bool is_seen = sp_reference_seen_as(code) != NULL;
        explain(&page, code, SP_LANGUAGE_EN);
        assert_int_equal(says(&page, "is not registered with IANA."), !is_registered);
        assert_int_equal(says(&page, "It is seen as \""), is_seen);
        assert_false(is_registered && is_seen);
        registered += is_registered;
        seen += is_seen;
    }
    assert_int_equal(registered, 75);
    assert_int_equal(seen, 8);
}

static void what_is_not_there_is_told_and_nothing_is_written(void **state)
{
    (void)state;
    char octets[64];
    const struct sp_reference_format format = format_of(SP_LANGUAGE_EN);
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_reference_explain(&writer, 99, &format), SP_ERR_RANGE);
    assert_int_equal(sp_reference_explain(&writer, 700, &format), SP_ERR_RANGE);
    assert_int_equal(sp_reference_explain_short(&writer, 0, SP_LANGUAGE_EN), SP_ERR_RANGE);
    assert_int_equal(sp_reference_compare(&writer, 301, 301, &format), SP_ERR_DUPLICATE);
    assert_int_equal(sp_reference_compare(&writer, 301, 299, &format), SP_ERR_ABSENT);
    assert_int_equal(writer.len, 0);
}

static void the_short_form_is_one_line(void **state)
{
    (void)state;
    static const struct {
        unsigned code;
        const char *begin;
    } cases[] = {{301, "301 (Moved Permanently) means"}, {299, "299 is a 2xx"}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char octets[1024];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        assert_int_equal(sp_reference_explain_short(&writer, cases[k].code, SP_LANGUAGE_EN), SP_OK);
        assert_memory_equal(octets, cases[k].begin, strlen(cases[k].begin));
        assert_int_equal(sp_span_find(sp_span(octets, writer.len), '\n'), writer.len - 1);
    }
}

static void reads_well(const struct page *page)
{
    assert_keeps_to(WIDTH, sp_span_of(page->octets));
    assert_repeats_no_word(sp_span_of(page->octets));
}

static void code_reads_well(const struct sp_reference_code *code, enum sp_language language)
{
    static struct page page;
    explain(&page, code->code, language);
    reads_well(&page);
}

static void pages_keep_to_their_width_and_repeat_no_word(void **state)
{
    (void)state;
    const struct sp_reference_code *code;
    for (unsigned k = 0; (code = sp_reference_at(k)) != NULL; k++) {
        code_reads_well(code, SP_LANGUAGE_EN);
        code_reads_well(code, SP_LANGUAGE_KO);
    }
}

/* The texts of one page, `en` beside `ko`. */
static void says_the_same_in_both(const char *en, const char *ko)
{
    assert_true(*en != '\0' && *ko != '\0');
    assert_int_equal(reading_lines(en), reading_lines(ko));
    assert_korean(sp_span_of(ko));
}

static void both_languages_are_whole(void **state)
{
    (void)state;
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++) {
        for (enum sp_code_section section = 0; section < SP_CODE_example; section++)
            says_the_same_in_both(page->text[SP_LANGUAGE_EN][section],
                                  page->text[SP_LANGUAGE_KO][section]);
        /* The short form and the comparison build on this. */
        for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++)
            assert_int_equal(strtoul(page->text[language][SP_CODE_summary], NULL, 10), page->code);
        for (unsigned other = 0; sp_reference_at(other) != NULL; other++) {
            const struct sp_reference_pair *const pair =
                sp_reference_find_pair(page->code, sp_reference_at(other)->code);
            for (int section = 0; pair != NULL && section < SP_PAIR_SECTION_COUNT; section++)
                says_the_same_in_both(pair->text[SP_LANGUAGE_EN][section],
                                      pair->text[SP_LANGUAGE_KO][section]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_has_its_sections_in_order),
        cmocka_unit_test(two_codes_have_their_sections_in_the_order_of_the_codes),
        cmocka_unit_test(every_code_from_100_to_699_is_answered),
        cmocka_unit_test(registered_seen_and_unknown_codes_are_never_confused),
        cmocka_unit_test(what_is_not_there_is_told_and_nothing_is_written),
        cmocka_unit_test(the_short_form_is_one_line),
        cmocka_unit_test(pages_keep_to_their_width_and_repeat_no_word),
        cmocka_unit_test(both_languages_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * All pages for a browser: that each is there once, fits, has its title and its neighbours, and
 * takes nothing of a message for markup. What a reader of HTML makes of them is tested on an
 * export.
 */
#include "signpost/reference/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct text {
    char octets[SP_REFERENCE_HTML_MAX + 1];
};

static void write_page(const struct sp_reference_html *page, struct text *text)
{
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, text->octets, SP_REFERENCE_HTML_MAX);
    assert_int_equal(sp_reference_html_write(&writer, page), SP_OK);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    text->octets[written.len] = '\0';
}

static void has(const struct text *text, const char *piece)
{
    if (strstr(text->octets, piece) == NULL)
        fail_msg("no '%s'", piece);
}

static void has_not(const struct text *text, const char *piece)
{
    if (strstr(text->octets, piece) != NULL)
        fail_msg("'%s'", piece);
}

static void every_page_has_a_path_of_its_own_and_fits(void **state)
{
    enum {
        PAGES_MAX = 1024
    };
    static char paths[PAGES_MAX][SP_REFERENCE_HTML_PATH_MAX + 1];
    static struct text text;
    struct sp_reference_html page;
    unsigned count = 0;
    unsigned codes = 0;
    (void)state;
    for (; sp_reference_html_at(count, &page) == SP_OK; count++) {
        struct sp_writer writer;
        struct sp_span path;
        assert_true(count < PAGES_MAX);
        sp_writer_init(&writer, paths[count], SP_REFERENCE_HTML_PATH_MAX - 1); /* room for "~" */
        sp_reference_html_path(&writer, &page);
        assert_int_equal(sp_writer_end(&writer, &path), SP_OK);
        for (unsigned k = 0; k < count; k++)
            assert_string_not_equal(paths[k], paths[count]);
        write_page(&page, &text);
        codes += page.kind == SP_REFERENCE_HTML_CODE;
    }
    assert_int_equal(codes, 2 * 75);
    assert_int_equal(sp_reference_html_at(count + 1, &page), SP_ERR_ABSENT);
}

static void a_page_of_a_code_has_its_title_and_neighbours(void **state)
{
    static struct text text;
    const struct sp_reference_html page = {
        .kind = SP_REFERENCE_HTML_CODE, .language = SP_LANGUAGE_EN, .code = 422};
    (void)state;
    write_page(&page, &text);
    has(&text, "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">");
    has(&text, "<title>SIP 422 Session Interval Too Small</title>");
    has(&text, "<link rel=\"stylesheet\" href=\"../style.css\"/>");
    has(&text, "hreflang=\"ko\" href=\"../ko/codes/422.html\"");
    has(&text, "<link rel=\"prev\" href=\"../codes/421.html\"/>");
    has(&text, "<link rel=\"next\" href=\"../codes/423.html\"/>");
    has(&text, "href=\"../compare/301-422.html\"");
    has(&text, "<mark>Min-SE: 1800</mark>");
}

static void a_page_of_a_pair_has_its_title_in_both_languages(void **state)
{
    static struct text text;
    struct sp_reference_html page = {.kind = SP_REFERENCE_HTML_PAIR, .code = 301, .other = 422};
    (void)state;
    write_page(&page, &text);
    has(&text, "<title>SIP 301 Moved Permanently vs 422 Session Interval Too Small</title>");
    page.language = SP_LANGUAGE_KO;
    write_page(&page, &text);
    has(&text, "lang=\"ko\"");
    has(&text, "hreflang=\"en\" href=\"../../compare/301-422.html\"");
    has(&text, "<h2>주요 차이점</h2>");
}

static void a_term_has_its_page_and_a_code_leads_to_it(void **state)
{
    static struct text text;
    struct sp_reference_html page = {.kind = SP_REFERENCE_HTML_TERM,
                                     .term =
                                         sp_reference_find_term(SP_TERM_HEADER, SP_SPAN("Min-SE"))};
    (void)state;
    write_page(&page, &text);
    has(&text, "<title>SIP header field Min-SE</title>");
    has(&text, "href=\"../codes/422.html\"");
    has(&text, "hreflang=\"ko\" href=\"../ko/headers/Min-SE.html\"");
    has(&text, "<a href=\"../headers.html\">SIP header fields</a>");
    page.kind = SP_REFERENCE_HTML_TERMS;
    write_page(&page, &text);
    has(&text, "<a href=\"headers/Min-SE.html\">Min-SE</a>");
    page = (struct sp_reference_html){.kind = SP_REFERENCE_HTML_CODE, .code = 422};
    write_page(&page, &text);
    has(&text, "<a href=\"../headers/Min-SE.html\">Min-SE</a> (MUST)");
    page = (struct sp_reference_html){.kind = SP_REFERENCE_HTML_INDEX};
    write_page(&page, &text);
    has(&text, "<a href=\"causes.html\">Q.850 causes</a>");
}

static void an_address_of_a_message_is_never_an_element(void **state)
{
    static struct text text;
    struct sp_reference_html page;
    (void)state;
    for (unsigned k = 0; sp_reference_html_at(k, &page) == SP_OK; k++) {
        if (page.kind != SP_REFERENCE_HTML_CODE)
            continue;
        write_page(&page, &text);
        has(&text, "&lt;sip");
        has_not(&text, "<sip");
        has_not(&text, "<script");
        has_not(&text, " style=");
    }
}

static void a_page_that_is_not_there_is_absent(void **state)
{
    static const struct sp_reference_html pages[] = {
        {.kind = SP_REFERENCE_HTML_CODE, .code = 299},
        {.kind = SP_REFERENCE_HTML_CODE, .code = 0},
        {.kind = SP_REFERENCE_HTML_PAIR, .code = 200, .other = 600},
        {.kind = SP_REFERENCE_HTML_PAIR, .code = 422, .other = 301},
        {.kind = SP_REFERENCE_HTML_PAIR, .code = 422, .other = 422},
        {.kind = SP_REFERENCE_HTML_TERM},
        {.kind = SP_REFERENCE_HTML_TERMS},
    };
    (void)state;
    for (size_t k = 0; k < sizeof pages / sizeof pages[0]; k++) {
        char octets[64];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        assert_int_equal(sp_reference_html_write(&writer, &pages[k]), SP_ERR_ABSENT);
        assert_int_equal(writer.len, 0);
    }
}

static void a_page_that_does_not_fit_is_the_writers_error(void **state)
{
    char octets[64];
    struct sp_writer writer;
    struct sp_span written;
    const struct sp_reference_html page = {.kind = SP_REFERENCE_HTML_INDEX};
    (void)state;
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_reference_html_write(&writer, &page), SP_OK);
    assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_has_a_path_of_its_own_and_fits),
        cmocka_unit_test(a_page_of_a_code_has_its_title_and_neighbours),
        cmocka_unit_test(a_page_of_a_pair_has_its_title_in_both_languages),
        cmocka_unit_test(a_term_has_its_page_and_a_code_leads_to_it),
        cmocka_unit_test(an_address_of_a_message_is_never_an_element),
        cmocka_unit_test(a_page_that_is_not_there_is_absent),
        cmocka_unit_test(a_page_that_does_not_fit_is_the_writers_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What is found first: for the questions of query.tsv, for masks and for names with a kind.
 */
#include "signpost/reference/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    QUESTIONS_MIN = 200,
    RIGHT_PERCENT_MIN = 95,
};

/* Whether a hit is "422" or "header:Min-SE". */
static bool is_answer(const struct sp_reference_hit *hit, const char *answer)
{
    const struct sp_reference_term *term;
    if (sp_reference_read_term(sp_span_of(answer), &term) == SP_OK)
        return hit->term == term;
    return hit->term == NULL && hit->code == strtoul(answer, NULL, 10);
}

static void questions_get_the_right_first_answer(void **state)
{
    (void)state;
    unsigned asked = 0;
    unsigned right = 0;
    char line[256];
    FILE *const in = fopen(SIGNPOST_SOURCE_DIR "/test/reference/query.tsv", "r");
    assert_non_null(in);
    while (fgets(line, sizeof line, in) != NULL) {
        struct sp_reference_hit hit;
        char *const tab = strchr(line, '\t');
        if (line[0] == '#' || tab == NULL)
            continue;
        *tab = '\0';
        tab[1 + strcspn(tab + 1, "\n")] = '\0';
        asked++;
        if (sp_reference_search(sp_span_of(line), &hit, 1) == 1 && is_answer(&hit, tab + 1))
            right++;
        else
            print_message("'%s' should find %s\n", line, tab + 1);
    }
    fclose(in);
    assert_true(asked >= QUESTIONS_MIN);
    assert_true(100 * right >= RIGHT_PERCENT_MIN * asked);
}

static void each_phrase_finds_its_code_in_each_language(void **state)
{
    (void)state;
    for (unsigned code = 100; code < 700; code++) {
        for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++) {
            const char *const phrase = sp_reference_phrase(code, language);
            struct sp_reference_hit hits[8];
            bool is_there = phrase == NULL;
            if (is_there)
                continue;
            const unsigned count = sp_reference_search(sp_span_of(phrase), hits, 8);
            for (unsigned k = 0; k < count; k++)
                is_there = is_there || hits[k].code == code;
            if (!is_there)
                fail_msg("%s does not find %u", phrase, code);
            assert_int_equal(hits[0].match, SP_MATCH_EXACT);
        }
    }
}

static void nonsense_finds_nothing(void **state)
{
    (void)state;
    static char large[1 << 20];
    struct sp_reference_hit hit;
    memset(large, 'a', sizeof large);
    assert_int_equal(sp_reference_search(sp_span_of(""), &hit, 1), 0);
    assert_int_equal(sp_reference_search(sp_span_of(" \t?!"), &hit, 1), 0);
    assert_int_equal(sp_reference_search(sp_span_of("zzqxj"), &hit, 1), 0);
    assert_int_equal(sp_reference_search(sp_span("\xff\0\x80", 3), &hit, 1), 0);
    assert_int_equal(sp_reference_search(sp_span(large, sizeof large), &hit, 1), 0);
    assert_int_equal(sp_reference_search(sp_span(large, SP_REFERENCE_QUERY_MAX), &hit, 1), 0);
    assert_int_equal(sp_reference_search(sp_span_of("a b c d e f g h i j k l m n o p q"), &hit, 1),
                     0);
}

static void hits_come_once_and_the_best_first(void **state)
{
    (void)state;
    struct sp_reference_hit hits[128];
    const unsigned count = sp_reference_search(sp_span_of("not"), hits, 128);
    assert_true(count > 3);
    for (unsigned k = 1; k < count; k++) {
        assert_true(hits[k - 1].match <= hits[k].match);
        for (unsigned i = 0; i < k; i++)
            assert_true(hits[i].code != hits[k].code || hits[i].term != hits[k].term);
    }
}

static void masks_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
        unsigned first, last;
    } cases[] = {
        {"4", SP_OK, 400, 499},        {"4x", SP_OK, 400, 499},      {"4xx", SP_OK, 400, 499},
        {"4XX", SP_OK, 400, 499},      {"48", SP_OK, 480, 489},      {"48x", SP_OK, 480, 489},
        {"0", SP_ERR_RANGE, 0, 0},     {"7xx", SP_ERR_RANGE, 0, 0},  {"422", SP_ERR_SYNTAX, 0, 0},
        {"4xxx", SP_ERR_SYNTAX, 0, 0}, {"x", SP_ERR_SYNTAX, 0, 0},   {"", SP_ERR_SYNTAX, 0, 0},
        {"4x2", SP_ERR_SYNTAX, 0, 0},  {"xxx", SP_ERR_SYNTAX, 0, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        unsigned first = 0;
        unsigned last = 0;
        assert_int_equal(sp_reference_read_mask(sp_span_of(cases[k].text), &first, &last),
                         cases[k].err);
        assert_int_equal(first, cases[k].first);
        assert_int_equal(last, cases[k].last);
    }
}

static void terms_are_read_with_their_kind(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        enum sp_err err;
    } cases[] = {
        {"Q.850:17", "17", SP_OK},
        {"q850:17", "17", SP_OK},
        {"warning:399", "399", SP_OK},
        {"header:min-se", "Min-SE", SP_OK},
        {"header:x", "Session-Expires", SP_OK},
        {"tag:199", "199", SP_OK},
        {"method:invite", "INVITE", SP_OK},
        {"Q.850:15", NULL, SP_ERR_ABSENT},
        {"warning:", NULL, SP_ERR_ABSENT},
        {"sip:alice", NULL, SP_ERR_SYNTAX},
        {"header", NULL, SP_ERR_SYNTAX},
        {"", NULL, SP_ERR_SYNTAX},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const struct sp_reference_term *term = NULL;
        assert_int_equal(sp_reference_read_term(sp_span_of(cases[k].text), &term), cases[k].err);
        assert_int_equal(term != NULL, cases[k].name != NULL);
        if (term != NULL)
            assert_string_equal(term->name, cases[k].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_get_the_right_first_answer),
        cmocka_unit_test(each_phrase_finds_its_code_in_each_language),
        cmocka_unit_test(nonsense_finds_nothing),
        cmocka_unit_test(hits_come_once_and_the_best_first),
        cmocka_unit_test(masks_are_read),
        cmocka_unit_test(terms_are_read_with_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

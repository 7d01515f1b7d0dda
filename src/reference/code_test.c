/* SPDX-License-Identifier: Apache-2.0 */
#include "signpost/reference/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reference/text.h"

static void registered_codes_have_a_phrase_in_each_language(void **state)
{
    (void)state;
    unsigned count = 0;
    for (unsigned code = 0; code < 1000; code++) {
        const char *const en = sp_reference_phrase(code, SP_LANGUAGE_EN);
        const char *const ko = sp_reference_phrase(code, SP_LANGUAGE_KO);
        assert_int_equal(en == NULL, ko == NULL);
        count += en != NULL;
    }
    assert_int_equal(count, 75);
    assert_string_equal(sp_reference_phrase(422, SP_LANGUAGE_EN), "Session Interval Too Small");
    assert_string_equal(sp_reference_phrase(301, SP_LANGUAGE_KO), "영구 이동");
}

static void a_code_is_found_and_an_unwritten_one_is_not(void **state)
{
    (void)state;
    assert_int_equal(sp_reference_find(301)->code, 301);
    assert_int_equal(sp_reference_find(422)->code, 422);
    assert_null(sp_reference_find(299));
    assert_null(sp_reference_find(0));
}

static void a_pair_is_found_in_either_order(void **state)
{
    (void)state;
    const struct sp_reference_pair *const pair = sp_reference_find_pair(301, 422);
    assert_non_null(pair);
    assert_ptr_equal(sp_reference_find_pair(422, 301), pair);
    assert_null(sp_reference_find_pair(301, 301));
}

static void codes_outside_100_to_699_have_no_class(void **state)
{
    (void)state;
    assert_null(sp_reference_class_of(0));
    assert_null(sp_reference_class_of(99));
    assert_null(sp_reference_class_of(700));
    assert_null(sp_reference_class_of(4294967295u));
    for (unsigned code = 100; code < 700; code++)
        assert_int_equal(sp_reference_class_of(code)->digit, code / 100);
}

/* RFC 3261 §8.1.3.2. */
static void an_unknown_code_is_taken_for_one_that_all_know(void **state)
{
    (void)state;
    static const struct {
        unsigned code, treated_as;
    } cases[] = {{100, 100}, {180, 183}, {183, 183}, {200, 200},
                 {299, 200}, {422, 400}, {699, 600}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        assert_int_equal(sp_reference_treated_as(cases[k].code), cases[k].treated_as);
}

static void facts_name_registered_codes_and_sections(void **state)
{
    (void)state;
    const struct sp_reference_code *page;
    for (unsigned k = 0; (page = sp_reference_at(k)) != NULL; k++) {
        struct sp_span list = sp_span_of(page->related);
        struct sp_span word;
        uint32_t number;
        while (sp_text_next_word(&list, &word)) {
            assert_int_equal(sp_span_to_u32(word, 699, &number), SP_OK);
            assert_non_null(sp_reference_phrase(number, SP_LANGUAGE_EN));
        }
        list = sp_span_of(page->refs);
        while (sp_text_next_word(&list, &word)) {
            const size_t colon = sp_span_find(word, ':');
            assert_int_equal(sp_span_to_u32(sp_span_first(word, colon), 9999, &number), SP_OK);
            assert_true(colon + 1 < word.len);
        }
    }
}

static void a_locale_says_its_language(void **state)
{
    (void)state;
    static const struct {
        const char *locale;
        enum sp_language language;
    } cases[] = {
        {"ko", SP_LANGUAGE_KO},
        {"ko_KR", SP_LANGUAGE_KO},
        {"ko_KR.UTF-8", SP_LANGUAGE_KO},
        {"ko_KR.utf8@x", SP_LANGUAGE_KO},
        {"ko.UTF-8", SP_LANGUAGE_KO},
        {"ko_KR.eucKR", SP_LANGUAGE_EN},
        {"kok_IN", SP_LANGUAGE_EN},
        {"C", SP_LANGUAGE_EN},
        {"C.UTF-8", SP_LANGUAGE_EN},
        {"en_GB.UTF-8", SP_LANGUAGE_EN},
        {"", SP_LANGUAGE_EN},
        {"@.", SP_LANGUAGE_EN},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        assert_int_equal(sp_reference_language(sp_span_of(cases[k].locale)), cases[k].language);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registered_codes_have_a_phrase_in_each_language),
        cmocka_unit_test(a_code_is_found_and_an_unwritten_one_is_not),
        cmocka_unit_test(a_pair_is_found_in_either_order),
        cmocka_unit_test(codes_outside_100_to_699_have_no_class),
        cmocka_unit_test(an_unknown_code_is_taken_for_one_that_all_know),
        cmocka_unit_test(facts_name_registered_codes_and_sections),
        cmocka_unit_test(a_locale_says_its_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON of the pages, read back by jansson.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "reference/json.h"
#include "signpost/reference/page.h"

static char octets[SP_REFERENCE_PAGE_MAX];

static json_t *load(const struct sp_writer *writer)
{
    struct sp_span written;
    json_error_t error;
    assert_int_equal(sp_writer_end(writer, &written), SP_OK);
    assert_int_equal(sp_span_find(written, '\n'), written.len);
    json_t *const root = json_loadb(written.ptr, written.len, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        fail_msg("%s at octet %d", error.text, error.position);
    assert_int_equal(json_integer_value(json_object_get(root, "schema")), SP_REFERENCE_SCHEMA);
    return root;
}

static json_t *explain(unsigned code, enum sp_language language)
{
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_reference_explain_json(&writer, code, language), SP_OK);
    return load(&writer);
}

static const char *text(const json_t *object, const char *key)
{
    const char *const value = json_string_value(json_object_get(object, key));
    assert_non_null(value);
    return value;
}

static void every_code_is_an_object(void **state)
{
    (void)state;
    for (unsigned code = 100; code < 700; code++) {
        for (enum sp_language language = 0; language < SP_LANGUAGE_COUNT; language++) {
            json_t *const root = explain(code, language);
            assert_int_equal(json_integer_value(json_object_get(root, "code")), code);
            assert_string_equal(text(root, "kind"), "code");
            json_decref(root);
        }
    }
}

static void registered_written_and_unknown_codes_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        unsigned code;
        bool is_registered, has_page;
    } cases[] = {{422, true, true}, {299, false, false}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        json_t *const root = explain(cases[k].code, SP_LANGUAGE_EN);
        assert_int_equal(json_is_true(json_object_get(root, "is_registered")),
                         cases[k].is_registered);
        assert_int_equal(json_is_true(json_object_get(root, "has_page")), cases[k].has_page);
        assert_int_equal(json_object_get(root, "fix") != NULL, cases[k].has_page);
        json_decref(root);
    }
}

static void facts_do_not_change_with_the_language(void **state)
{
    (void)state;
    json_t *const en = explain(422, SP_LANGUAGE_EN);
    json_t *const ko = explain(422, SP_LANGUAGE_KO);
    json_t *const facts = json_object_get(en, "facts");
    assert_true(json_equal(facts, json_object_get(ko, "facts")));
    assert_true(json_equal(json_object_get(en, "example"), json_object_get(ko, "example")));
    assert_string_equal(text(facts, "retry"), "modify");
    assert_string_equal(text(facts, "ends"), "transaction");
    assert_string_equal(json_string_value(json_array_get(json_object_get(facts, "must"), 0)),
                        "Min-SE");
    assert_string_equal(text(ko, "language"), "ko");
    assert_string_not_equal(text(en, "fix"), text(ko, "fix"));
    json_decref(en);
    json_decref(ko);
}

static void two_codes_stand_in_the_order_asked_for(void **state)
{
    (void)state;
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_reference_compare_json(&writer, 422, 301, SP_LANGUAGE_EN), SP_OK);
    json_t *const root = load(&writer);
    assert_string_equal(text(root, "kind"), "pair");
    json_t *const codes = json_object_get(root, "codes");
    assert_int_equal(json_array_size(codes), 2);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(codes, 0), "code")), 422);
    const json_t *const differences = json_object_get(root, "differences");
    assert_true(json_array_size(differences) >= 5);
    assert_memory_equal(json_string_value(json_array_get(differences, 0)), "422", 3);
    assert_true(strlen(text(root, "which")) > 0);
    json_decref(root);
    assert_int_equal(sp_reference_compare_json(&writer, 301, 301, SP_LANGUAGE_EN),
                     SP_ERR_DUPLICATE);
}

static void a_table_has_the_facts_of_each_code(void **state)
{
    (void)state;
    static const unsigned asked[] = {422, 301, 299};
    struct sp_writer writer;
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_reference_tabulate_json(&writer, asked, 3, SP_LANGUAGE_EN), SP_ERR_ABSENT);
    assert_int_equal(sp_reference_tabulate_json(&writer, asked, 2, SP_LANGUAGE_EN), SP_OK);
    json_t *const root = load(&writer);
    assert_string_equal(text(root, "kind"), "table");
    json_t *const first = json_array_get(json_object_get(root, "codes"), 0);
    assert_int_equal(json_integer_value(json_object_get(first, "code")), 422);
    assert_string_equal(text(json_object_get(first, "facts"), "outcome"), "failure");
    json_decref(root);
}

static void strings_are_escaped(void **state)
{
    (void)state;
    char small[64];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, small, sizeof small);
    struct sp_json json = {.writer = &writer};
    sp_json_open(&json, NULL, '[');
    sp_json_text(&json, NULL, SP_SPAN("\"\\\n\x01가"));
    sp_json_bool(&json, NULL, false);
    sp_json_close(&json, ']');
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_true(sp_span_equal(written, SP_SPAN("[\"\\\"\\\\\\n\\u0001가\",false]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_is_an_object),
        cmocka_unit_test(registered_written_and_unknown_codes_are_told_apart),
        cmocka_unit_test(facts_do_not_change_with_the_language),
        cmocka_unit_test(two_codes_stand_in_the_order_asked_for),
        cmocka_unit_test(a_table_has_the_facts_of_each_code),
        cmocka_unit_test(strings_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The table against the grammar of RFC 3261 §25.1, written once more as strings.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "base/ascii.h"

#define DIGITS     "0123456789"
#define LETTERS    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define UNRESERVED LETTERS DIGITS "-_.!~*'()"
#define CONTROLS                                                                                   \
    "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16"     \
    "\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f"

static void every_octet_has_the_classes_of_the_grammar(void **state)
{
    (void)state;
    static const struct {
        enum sp_ascii_class class;
        const char *members; /* without NUL, which is a control */
    } grammar[] = {
        {SP_ASCII_DIGIT, DIGITS},
        {SP_ASCII_ALPHA, LETTERS},
        {SP_ASCII_HEX, DIGITS "abcdefABCDEF"},
        {SP_ASCII_TOKEN, LETTERS DIGITS "-.!%*_+`'~"},
        {SP_ASCII_WORD, LETTERS DIGITS "-.!%*_+`'~()<>:\\\"/[]?{}"},
        {SP_ASCII_UNRESERVED, UNRESERVED},
        {SP_ASCII_USER, UNRESERVED "&=+$,;?/"},
        {SP_ASCII_PASSWORD, UNRESERVED "&=+$,"},
        {SP_ASCII_PARAM, UNRESERVED "[]/:&+$"},
        {SP_ASCII_HEADER, UNRESERVED "[]/?:+$"},
        {SP_ASCII_HOST, LETTERS DIGITS "-."},
        {SP_ASCII_WSP, " \t"},
        {SP_ASCII_CONTROL, CONTROLS},
    };
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++) {
        const struct sp_span members = sp_span_of(grammar[i].members);
        for (int octet = 1; octet < 256; octet++) {
            const bool is_member = sp_span_find(members, (char)octet) < members.len;
            if (sp_ascii_is((char)octet, grammar[i].class) != is_member)
                fail_msg("octet 0x%02x, class %zu", (unsigned)octet, i);
        }
        assert_int_equal(sp_ascii_is('\0', grammar[i].class), grammar[i].class == SP_ASCII_CONTROL);
    }
}

static void a_run_ends_at_the_first_stranger(void **state)
{
    (void)state;
    assert_int_equal(sp_ascii_run(SP_SPAN("123a"), SP_ASCII_DIGIT), 3);
    assert_int_equal(sp_ascii_run(SP_SPAN("123a"), SP_ASCII_DIGIT | SP_ASCII_ALPHA), 4);
    assert_int_equal(sp_ascii_run(sp_span_absent(), SP_ASCII_DIGIT), 0);
    assert_true(sp_ascii_all(SP_SPAN("z9hG4bK-x"), SP_ASCII_TOKEN));
    assert_false(sp_ascii_all(SP_SPAN("a b"), SP_ASCII_TOKEN));
    assert_false(sp_ascii_all(SP_SPAN(""), SP_ASCII_TOKEN));
}

static void hexadecimal_digits_have_their_values(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++)
        assert_int_equal(sp_ascii_hex_value((char)octet) >= 0,
                         sp_ascii_is((char)octet, SP_ASCII_HEX));
    assert_int_equal(sp_ascii_hex_value('9'), 9);
    assert_int_equal(sp_ascii_hex_value('a'), 10);
    assert_int_equal(sp_ascii_hex_value('F'), 15);
}

static void only_letters_are_lowered(void **state)
{
    (void)state;
    assert_int_equal(sp_ascii_lower('Z'), 'z');
    assert_int_equal(sp_ascii_lower('@'), '@');
    assert_int_equal(sp_ascii_lower('['), '[');
    assert_int_equal(sp_ascii_lower((char)0xc4), (char)0xc4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_octet_has_the_classes_of_the_grammar),
        cmocka_unit_test(a_run_ends_at_the_first_stranger),
        cmocka_unit_test(hexadecimal_digits_have_their_values),
        cmocka_unit_test(only_letters_are_lowered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields are found by name and compact form, and nothing else is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ascii.h"
#include "signpost/sip/header.h"

struct row {
    enum sp_header id;
    const char *name, *compact;
};

static const struct row rows[] = {
#define ROW(id, name, compact, is_single) {SP_HEADER_##id, name, compact},
    SP_HEADER_TABLE(ROW)
#undef ROW
};

enum {
    ROWS = sizeof rows / sizeof rows[0],
};

static void every_name_and_compact_form_is_found_in_any_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        char upper[64];
        const size_t len = strlen(rows[i].name);
        for (size_t k = 0; k < len; k++)
            upper[k] = (char)(sp_ascii_is(rows[i].name[k], SP_ASCII_ALPHA) ? rows[i].name[k] & ~0x20
                                                                           : rows[i].name[k]);
        assert_int_equal(sp_header_find(sp_span_of(rows[i].name)), rows[i].id);
        assert_int_equal(sp_header_find(sp_span(upper, len)), rows[i].id);
        if (rows[i].compact[0] != '\0')
            assert_int_equal(sp_header_find(sp_span_of(rows[i].compact)), rows[i].id);
        assert_true(sp_span_equal(sp_header_name(rows[i].id), sp_span_of(rows[i].name)));
    }
}

static bool is_some_name(struct sp_span name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (sp_span_equal_nocase(name, sp_span_of(rows[i].name)) ||
            (rows[i].compact[0] != '\0' && sp_span_equal_nocase(name, sp_span_of(rows[i].compact))))
            return true;
    }
    return false;
}

static void a_name_with_one_octet_changed_is_not_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        char name[64];
        const size_t len = strlen(rows[i].name);
        memcpy(name, rows[i].name, len);
        for (size_t at = 0; at < len; at++) {
            for (int octet = 0; octet < 256; octet++) {
                name[at] = (char)octet;
                const bool is_found = sp_header_find(sp_span(name, len)) != SP_HEADER_OTHER;
                assert_int_equal(is_found, is_some_name(sp_span(name, len)));
            }
            name[at] = rows[i].name[at];
        }
        assert_int_equal(sp_header_find(sp_span(name, len - 1)) != SP_HEADER_OTHER,
                         is_some_name(sp_span(name, len - 1)));
    }
    assert_int_equal(sp_header_find(sp_span("", 0)), SP_HEADER_OTHER);
    assert_int_equal(sp_header_find(sp_span_absent()), SP_HEADER_OTHER);
}

static void what_a_message_may_hold_once_is_known(void **state)
{
    (void)state;
    assert_true(sp_header_is_single(SP_HEADER_CALL_ID));
    assert_true(sp_header_is_single(SP_HEADER_CONTENT_LENGTH));
    assert_false(sp_header_is_single(SP_HEADER_VIA));
    assert_false(sp_header_is_single(SP_HEADER_OTHER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_and_compact_form_is_found_in_any_case),
        cmocka_unit_test(a_name_with_one_octet_changed_is_not_found),
        cmocka_unit_test(what_a_message_may_hold_once_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash-2-4 against its authors' test vectors: key 00 01 .. 0f, input 00 01 .. of 0 to 15 octets.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "base/siphash.h"

static const struct sp_hash_key key = {
    .k0 = UINT64_C(0x0706050403020100),
    .k1 = UINT64_C(0x0f0e0d0c0b0a0908),
};

static void the_authors_vectors_hold(void **state)
{
    (void)state;
    static const uint64_t expected[16] = {
        UINT64_C(0x726fdb47dd0e0e31), UINT64_C(0x74f839c593dc67fd), UINT64_C(0x0d6c8009d9a94f5a),
        UINT64_C(0x85676696d7fb7e2d), UINT64_C(0xcf2794e0277187b7), UINT64_C(0x18765564cd99a68d),
        UINT64_C(0xcbc9466e58fee3ce), UINT64_C(0xab0200f58b01d137), UINT64_C(0x93f5f5799a932462),
        UINT64_C(0x9e0082df0ba9e4b0), UINT64_C(0x7a5dbbc594ddb9f3), UINT64_C(0xf4b32f46226bada7),
        UINT64_C(0x751e8fbc860ee5fb), UINT64_C(0x14ea5627c0843d90), UINT64_C(0xf723ca908e7af2ee),
        UINT64_C(0xa129ca6149be45e5),
    };
    char input[16];
    for (int i = 0; i < 16; i++)
        input[i] = (char)i;
    for (size_t len = 0; len < 16; len++)
        assert_true(sp_siphash_of(&key, sp_span(input, len)) == expected[len]);
}

static uint64_t hash_of_three(struct sp_span a, struct sp_span b, struct sp_span c)
{
    struct sp_siphash hash;
    sp_siphash_init(&hash, &key);
    sp_siphash_add(&hash, a);
    sp_siphash_add(&hash, b);
    sp_siphash_add(&hash, c);
    return sp_siphash_end(&hash);
}

static void the_borders_of_pieces_count(void **state)
{
    (void)state;
    const struct sp_span empty = sp_span_absent();
    const uint64_t whole = hash_of_three(SP_SPAN("ab"), SP_SPAN("c"), empty);
    assert_true(whole == hash_of_three(SP_SPAN("ab"), SP_SPAN("c"), SP_SPAN("")));
    assert_true(whole != hash_of_three(SP_SPAN("a"), SP_SPAN("bc"), empty));
    assert_true(whole != hash_of_three(SP_SPAN("ab"), empty, SP_SPAN("c")));
    assert_true(whole != hash_of_three(SP_SPAN("abc"), empty, empty));
}

static void one_piece_has_the_standard_hash(void **state)
{
    (void)state;
    struct sp_siphash hash;
    sp_siphash_init(&hash, &key);
    sp_siphash_add(&hash, SP_SPAN("0123456789"));
    assert_true(sp_siphash_end(&hash) == sp_siphash_of(&key, SP_SPAN("0123456789")));
}

/* The words that are taken in are the same, but for what marks the ends. */
static void a_piece_is_not_taken_for_two_that_end_alike(void **state)
{
    (void)state;
    const struct sp_span empty = SP_SPAN("");
    const struct sp_span whole = SP_SPAN("abcdefg\x07");
    assert_true(hash_of_three(SP_SPAN("abcdefg"), empty, empty) !=
                hash_of_three(whole, empty, empty));
    assert_true(hash_of_three(SP_SPAN("abcdefg"), SP_SPAN("\0\0\0\0\0\0\0\x08"), empty) !=
                hash_of_three(whole, empty, empty));
}

static void another_key_gives_another_hash(void **state)
{
    (void)state;
    const struct sp_hash_key other = {.k0 = key.k0, .k1 = key.k1 + 1};
    assert_true(sp_siphash_of(&key, SP_SPAN("a")) != sp_siphash_of(&other, SP_SPAN("a")));
}

static void a_wide_hash_begins_with_the_plain_one(void **state)
{
    (void)state;
    struct sp_siphash hash;
    uint64_t wide[2], other[2];
    sp_siphash_init(&hash, &key);
    sp_siphash_add(&hash, SP_SPAN("a"));
    struct sp_siphash same = hash;
    const uint64_t plain = sp_siphash_end(&same);
    sp_siphash_end_wide(&hash, wide);
    sp_siphash_init(&hash, &key);
    sp_siphash_add(&hash, SP_SPAN("b"));
    sp_siphash_end_wide(&hash, other);
    assert_true(wide[0] == plain);
    assert_true(wide[1] != wide[0] && wide[0] != other[0] && wide[1] != other[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_authors_vectors_hold),
        cmocka_unit_test(the_borders_of_pieces_count),
        cmocka_unit_test(one_piece_has_the_standard_hash),
        cmocka_unit_test(a_piece_is_not_taken_for_two_that_end_alike),
        cmocka_unit_test(another_key_gives_another_hash),
        cmocka_unit_test(a_wide_hash_begins_with_the_plain_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

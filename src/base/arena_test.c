/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a turn: alignment, the hard end, mark and rewind.
 */
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "base/poison.h"
#include "signpost/base/arena.h"

static void pieces_are_aligned_for_any_object(void **state)
{
    (void)state;
    char block[256];
    struct sp_arena arena;
    sp_arena_init(&arena, block + 1, sizeof block - 1);
    for (size_t size = 1; size < 20; size += 3) {
        void *piece = sp_arena_alloc(&arena, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
        memset(piece, 0x55, size);
    }
    sp_arena_fini(&arena);
    block[0] = 0;
}

static void a_full_arena_says_no_and_stays_usable(void **state)
{
    (void)state;
    alignas(max_align_t) char block[64];
    struct sp_arena arena;
    sp_arena_init(&arena, block, sizeof block);
    assert_null(sp_arena_alloc(&arena, 65));
    assert_null(sp_arena_alloc(&arena, SIZE_MAX));
    assert_non_null(sp_arena_alloc(&arena, 60));
    assert_null(sp_arena_alloc(&arena, 1)); /* 4 are left, but not at an aligned place */
    assert_int_equal(arena.used, 60);
    sp_arena_reset(&arena);
    assert_non_null(sp_arena_alloc(&arena, 64));
    assert_int_equal(arena.used_max, 64);
    sp_arena_fini(&arena);
}

static void a_rewind_gives_the_same_memory_again(void **state)
{
    (void)state;
    char block[128];
    struct sp_arena arena;
    sp_arena_init(&arena, block, sizeof block);
    void *kept = sp_arena_alloc(&arena, 8);
    const size_t mark = sp_arena_mark(&arena);
    void *first = sp_arena_alloc(&arena, 8);
    sp_arena_rewind(&arena, mark);
    void *second = sp_arena_alloc(&arena, 8);
    assert_non_null(kept);
    assert_ptr_equal(first, second);
    sp_arena_fini(&arena);
}

static void a_copy_keeps_absent_and_empty_apart(void **state)
{
    (void)state;
    char block[32];
    struct sp_arena arena;
    struct sp_span copy = SP_SPAN("old");
    sp_arena_init(&arena, block, sizeof block);
    assert_int_equal(sp_arena_copy(&arena, sp_span_absent(), &copy), SP_OK);
    assert_true(sp_span_is_absent(copy));
    assert_int_equal(sp_arena_copy(&arena, SP_SPAN(""), &copy), SP_OK);
    assert_false(sp_span_is_absent(copy));
    assert_int_equal(sp_arena_copy(&arena, SP_SPAN("moved"), &copy), SP_OK);
    assert_true(sp_span_equal(copy, SP_SPAN("moved")));
    const struct sp_span before = copy;
    assert_int_equal(sp_arena_copy(&arena, sp_span(block, 30), &copy), SP_ERR_FULL);
    assert_ptr_equal(copy.ptr, before.ptr);
    sp_arena_fini(&arena);
}

#ifdef SP_POISON_ENABLED
static void what_is_not_given_out_is_poisoned(void **state)
{
    (void)state;
    alignas(max_align_t) char block[64];
    struct sp_arena arena;
    sp_arena_init(&arena, block, sizeof block);
    char *piece = sp_arena_alloc(&arena, 8);
    assert_false(__asan_address_is_poisoned(piece + 7));
    assert_true(__asan_address_is_poisoned(piece + 8));
    sp_arena_reset(&arena);
    assert_true(__asan_address_is_poisoned(piece));
    sp_arena_fini(&arena);
    assert_false(__asan_address_is_poisoned(piece));
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_for_any_object),
        cmocka_unit_test(a_full_arena_says_no_and_stays_usable),
        cmocka_unit_test(a_rewind_gives_the_same_memory_again),
        cmocka_unit_test(a_copy_keeps_absent_and_empty_apart),
#ifdef SP_POISON_ENABLED
        cmocka_unit_test(what_is_not_given_out_is_poisoned),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of memory: cleared and writable from end to end, small and large.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdalign.h>
#include <string.h>

#include <cmocka.h>

#include "base/block.h"

static void a_block_is_cleared_and_writable_from_end_to_end(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 4096, (4 << 20) - 1, (4 << 20) + 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        void *block = NULL;
        assert_int_equal(sp_block_new(sizes[i], 3, &block), SP_OK);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % alignof(max_align_t), 0);
        const char *octets = block;
        for (size_t at = 0; at < sizes[i] * 3; at += 1021)
            assert_int_equal(octets[at], 0);
        memset(block, 0xa5, sizes[i] * 3);
        sp_block_free(block);
    }
    sp_block_free(NULL);
}

static void more_than_there_can_be_is_refused(void **state)
{
    (void)state;
    void *block = NULL;
    assert_int_equal(sp_block_new(SIZE_MAX / 2, 3, &block), SP_ERR_MEMORY);
    assert_null(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_cleared_and_writable_from_end_to_end),
        cmocka_unit_test(more_than_there_can_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

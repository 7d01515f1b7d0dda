/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects of long life: the maximum, clearing, and that mistakes stop the program.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/poison.h"
#include "base/slab.h"

static struct sp_slab *new_slab(size_t size, size_t max)
{
    struct sp_slab *slab = NULL;
    assert_int_equal(sp_slab_new("things", size, max, &slab), SP_OK);
    return slab;
}

static void objects_are_cleared_aligned_and_apart(void **state)
{
    (void)state;
    struct sp_slab *slab = new_slab(33, 3);
    unsigned char *objects[3];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
            objects[i] = sp_slab_take(slab);
            assert_non_null(objects[i]);
            assert_int_equal((uintptr_t)objects[i] % alignof(max_align_t), 0);
            for (int octet = 0; octet < 33; octet++)
                assert_int_equal(objects[i][octet], 0);
            memset(objects[i], 0xff, 33);
            sp_slab_check(slab, objects[i]);
        }
        for (int i = 0; i < 3; i++) {
            sp_slab_give(slab, (void **)&objects[i]);
            assert_null(objects[i]);
        }
    }
    sp_slab_free(&slab);
    assert_null(slab);
    sp_slab_free(&slab);
}

static void a_full_slab_refuses_and_counts(void **state)
{
    (void)state;
    struct sp_slab *slab = new_slab(8, 2);
    void *first = sp_slab_take(slab), *second = sp_slab_take(slab);
    assert_non_null(second);
    assert_null(sp_slab_take(slab));
    assert_null(sp_slab_take(slab));
    assert_int_equal(sp_slab_used(slab), 2);
    assert_int_equal(sp_slab_max(slab), 2);
    assert_int_equal(sp_slab_refused(slab), 2);
    assert_string_equal(sp_slab_name(slab), "things");
    sp_slab_give(slab, &first);
    assert_non_null(sp_slab_take(slab));
    sp_slab_free(&slab);
}

static void what_no_memory_can_hold_is_refused(void **state)
{
    (void)state;
    struct sp_slab *slab = NULL;
    assert_int_equal(sp_slab_new("huge", SIZE_MAX, 1, &slab), SP_ERR_MEMORY);
    assert_int_equal(sp_slab_new("huge", SIZE_MAX / 2, 3, &slab), SP_ERR_MEMORY);
    assert_int_equal(sp_slab_new("huge", 1, SIZE_MAX / 2, &slab), SP_ERR_MEMORY);
    assert_null(slab);
}

/* Runs `mistake` in a child and expects it to abort. */
static void assert_aborts(void mistake(struct sp_slab *slab))
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct sp_slab *slab = NULL;
        close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        if (sp_slab_new("child", 8, 4, &slab) == SP_OK)
            mistake(slab);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void give_twice(struct sp_slab *slab)
{
    void *object = sp_slab_take(slab), *again = object;
    sp_slab_give(slab, &object);
    sp_slab_give(slab, &again);
}

static void give_a_stranger(struct sp_slab *slab)
{
    char place[64];
    void *stranger = place;
    sp_slab_give(slab, &stranger);
}

static void give_the_middle_of_an_object(struct sp_slab *slab)
{
    char *object = sp_slab_take(slab);
    void *middle = object + 1;
    sp_slab_give(slab, &middle);
}

static void check_a_freed_object(struct sp_slab *slab)
{
    void *object = sp_slab_take(slab), *again = object;
    sp_slab_give(slab, &object);
    sp_slab_check(slab, again);
}

static void an_object_is_found_by_its_number_while_it_lives(void **state)
{
    (void)state;
    struct sp_slab *slab = new_slab(24, 4);
    void *first = sp_slab_take(slab);
    void *second = sp_slab_take(slab);
    const size_t index = sp_slab_index(slab, second);
    assert_int_not_equal(index, sp_slab_index(slab, first));
    assert_ptr_equal(sp_slab_at(slab, index), second);
    assert_null(sp_slab_at(slab, 2)); /* never taken */
    assert_null(sp_slab_at(slab, 4));
    sp_slab_give(slab, &second);
    assert_null(sp_slab_at(slab, index));
    assert_ptr_equal(sp_slab_at(slab, sp_slab_index(slab, first)), first);
    sp_slab_free(&slab);
}

static void mistakes_stop_the_program(void **state)
{
    (void)state;
    assert_aborts(give_twice);
    assert_aborts(give_a_stranger);
    assert_aborts(give_the_middle_of_an_object);
    assert_aborts(check_a_freed_object);
}

#ifdef SP_POISON_ENABLED
static void a_freed_object_is_poisoned(void **state)
{
    (void)state;
    struct sp_slab *slab = new_slab(24, 2);
    void *object = sp_slab_take(slab), *freed = object;
    assert_false(__asan_address_is_poisoned(freed));
    sp_slab_give(slab, &object);
    assert_true(__asan_address_is_poisoned(freed));
    sp_slab_free(&slab);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_cleared_aligned_and_apart),
        cmocka_unit_test(a_full_slab_refuses_and_counts),
        cmocka_unit_test(what_no_memory_can_hold_is_refused),
        cmocka_unit_test(an_object_is_found_by_its_number_while_it_lives),
        cmocka_unit_test(mistakes_stop_the_program),
#ifdef SP_POISON_ENABLED
        cmocka_unit_test(a_freed_object_is_poisoned),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The guard page itself: the last octet can be read, the one behind it cannot.
 */
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/guard.h"

static void the_last_octet_can_be_read(void **state)
{
    (void)state;
    struct guard guard;
    guard_init(&guard, 5000);
    const struct sp_span copy = guard_copy(&guard, SP_SPAN("abc"));
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.ptr, "abc", 3);
    assert_ptr_equal(guard_copy(&guard, sp_span_absent()).ptr, guard.end);
    assert_ptr_equal(guard_tail(&guard, 5000), guard.end - 5000);
    guard_fini(&guard);
}

static void the_octet_behind_it_stops_the_program(void **state)
{
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct guard guard;
        signal(SIGSEGV, SIG_DFL);
        guard_init(&guard, 10);
        const volatile char *behind = guard_copy(&guard, SP_SPAN("abc")).ptr + 3;
        _exit(*behind == 'x');
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_octet_can_be_read),
        cmocka_unit_test(the_octet_behind_it_stops_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Standard error as a pipe that nobody reads.
 */
#include "server/log_sink.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum {
    GIVE_UP_S = 20, /* a line that waits for ever ends the test */
};

static void set_flags(int fd, int flags)
{
    assert_int_equal(fcntl(fd, F_SETFL, flags), 0);
}

/* Fills the pipe to its last octet, and empties it. */
static void fill(int fd)
{
    static const char block[4096];
    set_flags(fd, O_NONBLOCK);
    while (write(fd, block, sizeof block) > 0)
        ;
    set_flags(fd, 0);
}

static void empty(int fd)
{
    char block[4096];
    set_flags(fd, O_NONBLOCK);
    while (read(fd, block, sizeof block) > 0)
        ;
}

static void a_full_pipe_keeps_nobody_waiting(void **state)
{
    (void)state;
    struct sp_log_stderr out;
    int ends[2];
    char text[256] = "";
    assert_int_equal(sp_log_stderr_init(&out), SP_OK);
    assert_int_equal(pipe(ends), 0);
    const int kept = dup(STDERR_FILENO);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    fill(ends[1]);
    (void)alarm(GIVE_UP_S);
    sp_log_to_stderr(&out, SP_LOG_INFO, SP_SPAN("lost"));
    sp_log_to_stderr(&out, SP_LOG_INFO, SP_SPAN("lost"));
    (void)alarm(0);
    empty(ends[0]);
    sp_log_to_stderr(&out, SP_LOG_INFO, SP_SPAN("told"));
    const ssize_t len = read(ends[0], text, sizeof text - 1);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    assert_true(len > 0);
    assert_non_null(strstr(text, "Z told lines-lost-before=2\n"));
    assert_int_equal(out.lost, 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(close(ends[i]), 0);
    assert_int_equal(close(kept), 0);
    sp_log_stderr_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_pipe_keeps_nobody_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

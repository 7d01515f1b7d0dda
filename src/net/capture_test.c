/* SPDX-License-Identifier: Apache-2.0
 *
 * Captures, whole and damaged, as files have them.
 */
#include "net/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* pcap with a frame of four octets at 1.5 s; the numbers in this machine's order. */
static const uint32_t whole[] = {0xa1b2c3d4, 0x00040002, 0, 0,  65535,     101,
                                 1,          500000,     4, 60, 0x04030201};

static FILE *file_of(const void *octets, size_t len)
{
    FILE *const file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, len, file), len);
    rewind(file);
    return file;
}

static void a_frame_comes_with_its_time_link_and_lengths(void **state)
{
    char text[SP_CAPTURE_TEXT_MAX];
    struct sp_capture *capture = NULL;
    struct sp_capture_frame frame;
    FILE *file = file_of(whole, sizeof whole);
    (void)state;
    assert_int_equal(sp_capture_open(&file, text, &capture), SP_OK);
    assert_null(file);
    assert_int_equal(sp_capture_next(capture, text, &frame), SP_OK);
    assert_int_equal(frame.at_ns, 1500000000);
    assert_int_equal(frame.octets.len, 4);
    assert_int_equal(frame.wire_len, 60);
    assert_int_equal(frame.link, 12); /* raw IP, as libpcap has it on this system */
    assert_int_equal(sp_capture_next(capture, text, &frame), SP_ERR_ABSENT);
    sp_capture_close(&capture);
    assert_null(capture);
}

static void a_file_may_end_anywhere(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof whole; len++) {
        char text[SP_CAPTURE_TEXT_MAX] = "";
        struct sp_capture *capture = NULL;
        struct sp_capture_frame frame;
        FILE *file = file_of(whole, len);
        if (len < 24) {
            assert_int_equal(sp_capture_open(&file, text, &capture), SP_ERR_SYNTAX);
            assert_true(strlen(text) > 0);
            continue;
        }
        assert_int_equal(sp_capture_open(&file, text, &capture), SP_OK);
        assert_int_equal(sp_capture_next(capture, text, &frame),
                         len == 24 ? SP_ERR_ABSENT : SP_ERR_SYNTAX);
        sp_capture_close(&capture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_comes_with_its_time_link_and_lengths),
        cmocka_unit_test(a_file_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

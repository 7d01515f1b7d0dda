/* SPDX-License-Identifier: Apache-2.0
 *
 * SDP answers: as many streams as the offer has, one taken at most (RFC 3264 §6).
 */
#include "agent/sdp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct sp_address local = {
    .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, 1}};

#define SESSION "v=0\r\no=- 21 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define AUDIO   "m=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=inactive\r\n"

static void assert_written(const struct sp_writer *writer, const char *text)
{
    char copy[2048];
    struct sp_span written;
    assert_int_equal(sp_writer_end(writer, &written), SP_OK);
    snprintf(copy, sizeof copy, "%.*s", (int)written.len, written.ptr);
    assert_string_equal(copy, text);
}

static void an_offer_is_one_inactive_audio_stream(void **state)
{
    (void)state;
    char memory[1024];
    struct sp_writer writer;
    sp_writer_init(&writer, memory, sizeof memory);
    sp_sdp_write_offer(&writer, &local, 42);
    assert_written(&writer, SESSION AUDIO);
}

static void an_ipv6_address_says_so(void **state)
{
    (void)state;
    char memory[1024];
    struct sp_writer writer;
    struct sp_span written;
    const struct sp_address address = {.family = SP_FAMILY_IPV6, .ip = {[15] = 1}};
    sp_writer_init(&writer, memory, sizeof memory);
    sp_sdp_write_offer(&writer, &address, 42);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    memory[written.len] = '\0';
    assert_non_null(strstr(memory, "c=IN IP6 ::1\r\n"));
}

static void an_answer_has_the_streams_of_the_offer(void **state)
{
    (void)state;
    static const struct {
        const char *offer, *streams;
    } rows[] = {
        {"v=0\r\nm=audio 4000 RTP/AVP 0\r\na=x\r\n", AUDIO},
        {"v=0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n", AUDIO},
        {"v=0\nm=audio 4000 RTP/AVP 0\n", AUDIO}, /* bare LF, as some send it */
        {"m=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 0\r\n", "m=video 0 RTP/AVP 31\r\n" AUDIO},
        {"m=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 0\r\n", AUDIO "m=audio 0 RTP/AVP 0\r\n"},
        {"m=audio 4000 RTP/AVP 8\r\n", "m=audio 0 RTP/AVP 8\r\n"},
        {"m=audio 4000 RTP/SAVP 0\r\n", "m=audio 0 RTP/SAVP 0\r\n"},
        {"m=audio 0 RTP/AVP 0\r\n", "m=audio 0 RTP/AVP 0\r\n"},
        {"m=audio 4000 RTP/AVP 0", AUDIO}, /* no line end at the end */
        {"m=", "m= 0 \r\n"},
        {"nothing of the kind", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char memory[1024];
        char want[1024];
        struct sp_writer writer;
        sp_writer_init(&writer, memory, sizeof memory);
        sp_sdp_write_answer(&writer, &local, 42, sp_span_of(rows[i].offer));
        snprintf(want, sizeof want, SESSION "%s", rows[i].streams);
        assert_written(&writer, want);
    }
}

static void an_answer_that_does_not_fit_is_an_error(void **state)
{
    (void)state;
    char memory[128];
    char offer[4096];
    struct sp_writer writer;
    struct sp_span written;
    memset(offer, 'm', sizeof offer);
    memcpy(offer, "m=video 1 ", 10);
    sp_writer_init(&writer, memory, sizeof memory);
    sp_sdp_write_answer(&writer, &local, 42, sp_span(offer, sizeof offer));
    assert_int_equal(sp_writer_end(&writer, &written), SP_ERR_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_is_one_inactive_audio_stream),
        cmocka_unit_test(an_ipv6_address_says_so),
        cmocka_unit_test(an_answer_has_the_streams_of_the_offer),
        cmocka_unit_test(an_answer_that_does_not_fit_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

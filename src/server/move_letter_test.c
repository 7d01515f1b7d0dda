/* SPDX-License-Identifier: Apache-2.0
 *
 * Letters to the writer of moves: what was written reads back without its writer's memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/move_letter.h"

static void assert_text(struct sp_span span, const char *text)
{
    assert_int_equal(span.len, strlen(text));
    assert_memory_equal(span.ptr, text, span.len);
}

static void a_proof_reads_back_from_its_octets_alone(void **state)
{
    (void)state;
    static char octets[SP_MOVE_LETTER_MAX];
    char asked[] = "sip:bob@example.com";
    char contact[] = "sip:bob@new.example.net";
    char long_uri[SP_MOVES_URI_MAX + 2];
    char long_call[400];
    memset(long_uri, 'a', sizeof long_uri);
    memset(long_call, 'c', sizeof long_call);
    struct sp_writer writer;
    struct sp_move_letter letter = {
        .kind = SP_MOVE_LETTER_PROOF,
        .proof = {.asked = sp_span_of(asked),
                  .status = 301,
                  .call_id = sp_span(long_call, sizeof long_call),
                  .contact_count = 2},
    };
    letter.proof.contact[0].uri = sp_span(long_uri, sizeof long_uri);
    letter.proof.contact[1] = (struct sp_moves_contact){sp_span_of(contact), true, 500, false, 0};
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_move_letter_write(&writer, &letter), SP_OK);
    memset(asked, 'x', sizeof asked);
    memset(contact, 'x', sizeof contact);

    char *alone = malloc(writer.len); /* a block of its own, so that reading on is seen */
    memcpy(alone, octets, writer.len);
    struct sp_move_letter read;
    sp_move_letter_read(sp_span(alone, writer.len), &read);
    assert_int_equal(read.proof.status, 301);
    assert_text(read.proof.asked, "sip:bob@example.com");
    assert_int_equal(read.proof.call_id.len, SP_MOVE_CALL_ID_MAX);
    assert_int_equal(read.proof.contact_count, 1); /* the one that is too long is left out */
    assert_text(read.proof.contact[0].uri, "sip:bob@new.example.net");
    assert_int_equal(read.proof.contact[0].q, 500);
    free(alone);
}

static void the_largest_proof_fits(void **state)
{
    (void)state;
    static char octets[SP_MOVE_LETTER_MAX];
    static char text[SP_MOVES_URI_MAX];
    struct sp_writer writer;
    struct sp_move_letter letter = {
        .kind = SP_MOVE_LETTER_PROOF,
        .proof = {.asked = sp_span(text, sizeof text),
                  .call_id = sp_span(text, sizeof text),
                  .contact_count = SP_ROUTE_TARGETS_MAX},
    };
    for (size_t i = 0; i < SP_ROUTE_TARGETS_MAX; i++)
        letter.proof.contact[i].uri = sp_span(text, sizeof text);
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_move_letter_write(&writer, &letter), SP_OK);
    letter.proof.asked.len++;
    assert_int_equal(sp_move_letter_write(&writer, &letter), SP_ERR_RANGE);
}

static void uses_read_back(void **state)
{
    (void)state;
    static char octets[SP_MOVE_LETTER_MAX];
    struct sp_writer writer;
    struct sp_move_letter read;
    const struct sp_move_letter letter = {.kind = SP_MOVE_LETTER_USES,
                                          .key = SP_SPAN("a@x.example"),
                                          .outcome = SP_MOVES_FAILED,
                                          .times = 7};
    sp_writer_init(&writer, octets, sizeof octets);
    assert_int_equal(sp_move_letter_write(&writer, &letter), SP_OK);
    sp_move_letter_read(sp_span(octets, writer.len), &read);
    assert_text(read.key, "a@x.example");
    assert_int_equal(read.outcome, SP_MOVES_FAILED);
    assert_int_equal(read.times, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_reads_back_from_its_octets_alone),
        cmocka_unit_test(the_largest_proof_fits),
        cmocka_unit_test(uses_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

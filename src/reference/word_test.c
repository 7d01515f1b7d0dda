/* SPDX-License-Identifier: Apache-2.0 */
#include "reference/word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void fills_to(const char *sentence, const char *argument, const char *expected)
{
    char octets[128];
    struct sp_writer writer;
    struct sp_span written;
    const struct sp_span arguments[] = {sp_span_of(argument)};
    sp_writer_init(&writer, octets, sizeof octets);
    sp_word_fill(&writer, sp_span_of(sentence), arguments);
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    assert_int_equal(written.len, strlen(expected));
    assert_memory_equal(written.ptr, expected, written.len);
}

static void arguments_go_to_their_places(void **state)
{
    (void)state;
    fills_to("", "301", "");
    fills_to("plain", "301", "plain");
    fills_to("{1}", "301", "301");
    fills_to("<{1}|{1}>", "301", "<301|301>");
}

static void particles_follow_the_digit_that_is_read_last(void **state)
{
    (void)state;
    static const struct {
        const char *number, *filled;
    } cases[] = {
        {"400", "400은 400을 400으로"}, {"301", "301은 301을 301로"}, {"422", "422는 422를 422로"},
        {"183", "183은 183을 183으로"}, {"404", "404는 404를 404로"}, {"405", "405는 405를 405로"},
        {"606", "606은 606을 606으로"}, {"407", "407은 407을 407로"}, {"408", "408은 408을 408로"},
        {"489", "489는 489를 489로"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        fills_to("{1}{1은} {1}{1을} {1}{1으로}", cases[k].number, cases[k].filled);
}

static void a_phrase_behind_the_number_does_not_change_the_particle(void **state)
{
    (void)state;
    fills_to("{1}{1은}", "422 (Session)", "422 (Session)는");
    fills_to("{1}{1으로}", "400 Bad Request", "400 Bad Request으로");
}

static void every_particle_has_both_forms(void **state)
{
    (void)state;
    fills_to("{1}{1이} {1}{1과}", "301", "301이 301과");
    fills_to("{1}{1이} {1}{1과}", "422", "422가 422와");
    fills_to("{1}{1은} {1}{1으로}", "두 응답", "두 응답은 두 응답으로");
}

static void every_sentence_has_a_word_in_each_language(void **state)
{
    (void)state;
    for (enum sp_word word = 0; word < SP_WORD_COUNT; word++) {
        assert_true(sp_word(word, SP_LANGUAGE_EN).len > 0);
        assert_true(sp_word(word, SP_LANGUAGE_KO).len > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_go_to_their_places),
        cmocka_unit_test(particles_follow_the_digit_that_is_read_last),
        cmocka_unit_test(a_phrase_behind_the_number_does_not_change_the_particle),
        cmocka_unit_test(every_particle_has_both_forms),
        cmocka_unit_test(every_sentence_has_a_word_in_each_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

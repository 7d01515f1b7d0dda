/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/columns.h"

struct paper {
    char text[8192];
    struct sp_writer writer;
};

static void begin(struct paper *paper)
{
    memset(paper->text, 0, sizeof paper->text);
    sp_writer_init(&paper->writer, paper->text, sizeof paper->text - 1);
}

static void draw_call(struct sp_ladder *ladder, struct paper *paper)
{
    bool is_new;
    const size_t caller = sp_ladder_lane(ladder, SP_SPAN("caller"), &is_new);
    const size_t server = sp_ladder_lane(ladder, SP_SPAN("192.0.2.1:5060"), &is_new);
    begin(paper);
    sp_ladder_write_heads(ladder, &paper->writer);
    const struct sp_ladder_arrow out = {caller, server, SP_SPAN("INVITE"), 0, SP_TONE_PLAIN};
    sp_ladder_write_arrow(ladder, &out, &paper->writer);
    const struct sp_ladder_arrow in = {server, caller, SP_SPAN("301 Moved Permanently"), 1002,
                                       SP_TONE_CHANGE};
    sp_ladder_write_arrow(ladder, &in, &paper->writer);
}

static void a_ladder_has_lanes_arrows_and_times(void **state)
{
    (void)state;
    struct sp_ladder ladder;
    struct paper paper;
    sp_ladder_init(&ladder, 56, true, false);
    draw_call(&ladder, &paper);
    assert_string_equal(paper.text, "       caller                          192.0.2.1:5060\n"
                                    "          |                                   |\n"
                                    "   0.000  |-- INVITE ------------------------>|\n"
                                    "   1.002  |<--------- 301 Moved Permanently --|\n");
}

static void a_name_has_one_lane(void **state)
{
    (void)state;
    struct sp_ladder ladder;
    bool is_new;
    sp_ladder_init(&ladder, 80, false, false);
    assert_int_equal(sp_ladder_lane(&ladder, SP_SPAN("a"), &is_new), 0);
    assert_true(is_new);
    assert_int_equal(sp_ladder_lane(&ladder, SP_SPAN("b"), &is_new), 1);
    assert_int_equal(sp_ladder_lane(&ladder, SP_SPAN("a"), &is_new), 0);
    assert_false(is_new);
}

static void a_party_too_many_shares_the_last_lane(void **state)
{
    (void)state;
    struct sp_ladder ladder;
    bool is_new;
    sp_ladder_init(&ladder, 80, false, false);
    for (int i = 0; i < SP_LADDER_LANES_MAX; i++) {
        const char name = (char)('a' + i);
        (void)sp_ladder_lane(&ladder, sp_span(&name, 1), &is_new);
    }
    assert_int_equal(sp_ladder_lane(&ladder, SP_SPAN("z"), &is_new), SP_LADDER_LANES_MAX - 1);
    assert_false(is_new);
}

static void no_line_is_wider_than_the_paper(void **state)
{
    (void)state;
    for (size_t width = 0; width < 220; width += 7) {
        struct sp_ladder ladder;
        struct paper paper;
        sp_ladder_init(&ladder, width, false, false);
        draw_call(&ladder, &paper);
        sp_ladder_write_note(&ladder,
                             SP_SPAN("통화중 the user has moved for good, so the address "
                                     "book now holds sip:15550000001@new.example.net"),
                             &paper.writer);
        struct sp_span text;
        assert_int_equal(sp_writer_end(&paper.writer, &text), SP_OK);
        while (text.len > 0) {
            const size_t end = sp_span_find(text, '\n');
            assert_true(sp_columns(sp_span_first(text, end)) <= ladder.width);
            text = sp_span_after(text, end + 1);
        }
    }
}

static void a_label_that_does_not_fit_is_cut_with_a_sign(void **state)
{
    (void)state;
    struct sp_ladder ladder;
    struct paper paper;
    bool is_new;
    sp_ladder_init(&ladder, 40, true, false);
    (void)sp_ladder_lane(&ladder, SP_SPAN("a"), &is_new);
    (void)sp_ladder_lane(&ladder, SP_SPAN("b"), &is_new);
    begin(&paper);
    const struct sp_ladder_arrow arrow = {0, 1, SP_SPAN("422 Session Interval Too Small"), 0,
                                          SP_TONE_BAD};
    sp_ladder_write_arrow(&ladder, &arrow, &paper.writer);
    assert_non_null(strstr(paper.text, "422 Session"));
    assert_non_null(strstr(paper.text, "~"));
    assert_null(strstr(paper.text, "Small"));
}

static void what_a_peer_writes_gives_the_terminal_no_command(void **state)
{
    (void)state;
    struct sp_ladder ladder;
    struct paper paper;
    bool is_new;
    sp_ladder_init(&ladder, 56, true, false);
    (void)sp_ladder_lane(&ladder, SP_SPAN("a"), &is_new);
    (void)sp_ladder_lane(&ladder, SP_SPAN("b"), &is_new);
    begin(&paper);
    const struct sp_ladder_arrow arrow = {1, 0,
                                          SP_SPAN("486 \xc2\x9b"
                                                  "2J\x1b[m \xe2\x80\xae"),
                                          0, SP_TONE_PLAIN};
    sp_ladder_write_arrow(&ladder, &arrow, &paper.writer);
    sp_ladder_write_note(&ladder,
                         SP_SPAN("\xc2\x9b"
                                 "2J \xe2\x81\xa6 it"),
                         &paper.writer);
    assert_null(strpbrk(paper.text, "\x1b\x9b\xe2"));
    assert_non_null(strstr(paper.text, "486 2J[m"));
}

static void colour_is_written_only_when_asked_for(void **state)
{
    (void)state;
    struct sp_ladder ladder;
    struct paper paper;
    sp_ladder_init(&ladder, 80, false, false);
    draw_call(&ladder, &paper);
    assert_null(strchr(paper.text, '\033'));
    sp_ladder_init(&ladder, 80, false, true);
    draw_call(&ladder, &paper);
    assert_non_null(strstr(paper.text, "\033[33m301 Moved Permanently\033[0m"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ladder_has_lanes_arrows_and_times),
        cmocka_unit_test(a_name_has_one_lane),
        cmocka_unit_test(a_party_too_many_shares_the_last_lane),
        cmocka_unit_test(no_line_is_wider_than_the_paper),
        cmocka_unit_test(a_label_that_does_not_fit_is_cut_with_a_sign),
        cmocka_unit_test(what_a_peer_writes_gives_the_terminal_no_command),
        cmocka_unit_test(colour_is_written_only_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "service/tag.h"

#include "service/service_test.h"

static const struct sp_hash_key key = {0x0123456789abcdef, 0xfedcba9876543210};

static struct sp_tag tag_of(struct desk *desk, const char *line)
{
    desk_read(desk, line, "");
    return sp_tag_of(&key, &desk->message);
}

static void a_retransmission_gets_the_same_tag(void **state)
{
    (void)state;
    static struct desk desk;
    const struct sp_tag first = tag_of(&desk, "INVITE sip:b@example.com");
    const struct sp_tag again = tag_of(&desk, "INVITE sip:b@example.com");
    assert_memory_equal(first.text, again.text, SP_TAG_LEN);
}

static void another_key_gives_another_tag(void **state)
{
    (void)state;
    static struct desk desk;
    const struct sp_hash_key other = {1, 2};
    const struct sp_tag ours = tag_of(&desk, "INVITE sip:b@example.com");
    const struct sp_tag theirs = sp_tag_of(&other, &desk.message);
    assert_memory_not_equal(ours.text, theirs.text, SP_TAG_LEN);
}

/* The ACK of an answer that bore `tag`, with its Via parameters in another order. */
static bool is_swallowed(const char *tag, const char *branch)
{
    char text[1024], memory[16384];
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    snprintf(text, sizeof text,
             "ACK sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5062;rport;branch=%s\r\n"
             "Max-Forwards: 70\r\nFrom: <sip:a@example.org>;tag=f1\r\n"
             "To: <sip:b@example.com>;tag=%.16s\r\nCall-ID: c1@example.org\r\nCSeq: 7 ACK\r\n\r\n",
             branch, tag);
    sp_arena_init(&arena, memory, sizeof memory);
    assert_int_equal(
        sp_message_parse(sp_span_of(text), SP_FRAMING_DATAGRAM, 65535, &arena, &message, &fault),
        SP_OK);
    const bool is_ours = sp_tag_is_ours(&key, &message);
    sp_arena_fini(&arena);
    return is_ours;
}

static void the_ack_of_our_answer_is_known_and_no_other(void **state)
{
    (void)state;
    static struct desk desk;
    const struct sp_tag tag = tag_of(&desk, "INVITE sip:b@example.com");
    assert_true(is_swallowed(tag.text, "z9hG4bK77"));
    assert_false(is_swallowed(tag.text, "z9hG4bK78"));
    assert_false(is_swallowed("0000000000000000", "z9hG4bK77"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_retransmission_gets_the_same_tag),
        cmocka_unit_test(another_key_gives_another_tag),
        cmocka_unit_test(the_ack_of_our_answer_is_known_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

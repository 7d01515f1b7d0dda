/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests only: a table of transactions on a stage where time is moved by hand, and all that it
 * does is written down as "500:send 32000:timed-out". Times are milliseconds since the start,
 * rounded down to 100.
 */
#ifndef SP_TEST_SUPPORT_TRANSACTION_STAGE_H
#define SP_TEST_SUPPORT_TRANSACTION_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "signpost/transaction/table.h"

#define STAGE_START (1000 * SP_SECOND)

struct stage {
    struct sp_transactions *table;
    struct sp_txn_actions actions;
    struct sp_turn turn;
    struct sp_arena arena;
    struct sp_hop hop;
    char log[4096];
    char sent[8192]; /* what was sent last */
    char memory[1 << 16];
};

static inline void stage_open(struct stage *stage, bool is_reliable)
{
    static const uint8_t seed[16] = "transaction test";
    const struct sp_transactions_limits limits = {.max = 64};
    memset(stage, 0, sizeof *stage);
    sp_arena_init(&stage->arena, stage->memory, sizeof stage->memory);
    stage->turn = (struct sp_turn){STAGE_START, &stage->arena};
    stage->hop = (struct sp_hop){.remote = {.family = SP_FAMILY_IPV4, .port = 5060},
                                 .transport = is_reliable ? SP_TRANSPORT_TCP : SP_TRANSPORT_UDP};
    assert_int_equal(sp_transactions_new(&limits, seed, STAGE_START, &stage->table), SP_OK);
}

static inline void stage_close(struct stage *stage)
{
    sp_transactions_free(&stage->table);
    sp_arena_fini(&stage->arena);
}

/* A message of the arena, from text with LF or CRLF line ends. */
static inline struct sp_message *stage_message(struct stage *stage, const char *text)
{
    struct sp_message *message = sp_arena_alloc(&stage->arena, sizeof *message);
    char *octets = sp_arena_alloc(&stage->arena, 2 * strlen(text));
    struct sp_fault fault;
    size_t len = 0;
    assert_non_null(message);
    assert_non_null(octets);
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            octets[len++] = '\r';
        octets[len++] = *text;
    }
    assert_int_equal(sp_message_parse(sp_span(octets, len), SP_FRAMING_DATAGRAM, 65535,
                                      &stage->arena, message, &fault),
                     SP_OK);
    return message;
}

/* A request with that branch; a 2543 one when the branch has no cookie. */
static inline struct sp_message *stage_request(struct stage *stage, const char *method,
                                               const char *branch)
{
    char text[1024];
    snprintf(text, sizeof text,
             "%s sip:bob@example.com SIP/2.0\n"
             "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=%s\n"
             "Max-Forwards: 70\n"
             "Route: <sip:proxy.example.com;lr>\n"
             "From: <sip:alice@example.com>;tag=a1\n"
             "To: <sip:bob@example.com>\n"
             "Call-ID: c1@192.0.2.1\n"
             "CSeq: 7 %s\n"
             "Contact: <sip:alice@192.0.2.1>\n"
             "Content-Length: 0\n\n",
             method, branch, strcmp(method, "ACK") == 0 ? "ACK" : method);
    return stage_message(stage, text);
}

static inline struct sp_message *stage_response(struct stage *stage, unsigned status,
                                                const char *method, const char *branch)
{
    char text[1024];
    snprintf(text, sizeof text,
             "SIP/2.0 %u Whatever\n"
             "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=%s\n"
             "From: <sip:alice@example.com>;tag=a1\n"
             "To: <sip:bob@example.com>;tag=b1\n"
             "Call-ID: c1@192.0.2.1\n"
             "CSeq: 7 %s\n"
             "Content-Length: 0\n\n",
             status, branch, method);
    return stage_message(stage, text);
}

static inline const char *stage_word(enum sp_txn_action_kind kind)
{
    switch (kind) {
    case SP_TXN_SEND:
        return "send";
    case SP_TXN_DELIVER:
        return "deliver";
    case SP_TXN_TIMED_OUT:
        return "timed-out";
    case SP_TXN_UNREACHABLE:
        return "unreachable";
    case SP_TXN_ENDED:
        return "ended";
    case SP_TXN_TIMER_SET:
    case SP_TXN_TIMER_CANCEL:
    case SP_TXN_TRACE:
        return NULL;
    }
    return NULL;
}

/* Writes down what the last call asked for. */
static inline void stage_note(struct stage *stage)
{
    const long ms = (long)((stage->turn.now - STAGE_START) / SP_MILLISECOND) / 100 * 100;
    for (size_t i = 0; i < stage->actions.count; i++) {
        const struct sp_txn_action *action = &stage->actions.list[i];
        const char *word = stage_word(action->kind);
        if (word == NULL)
            continue;
        const size_t len = strlen(stage->log);
        snprintf(stage->log + len, sizeof stage->log - len, "%s%ld:%s", len > 0 ? " " : "", ms,
                 word);
        if (action->kind == SP_TXN_SEND)
            snprintf(stage->sent, sizeof stage->sent, "%.*s", (int)action->send.octets.len,
                     action->send.octets.ptr);
    }
    stage->actions.count = 0;
}

static inline uint64_t stage_send_request(struct stage *stage, const char *method,
                                          const char *branch)
{
    uint64_t id = 0;
    const struct sp_txn_start start = {stage_request(stage, method, branch), stage->hop, 42};
    assert_int_equal(
        sp_transactions_request(stage->table, &start, &stage->turn, &stage->actions, &id), SP_OK);
    stage_note(stage);
    return id;
}

static inline uint64_t stage_accept(struct stage *stage, const char *method, const char *branch)
{
    uint64_t id = 0;
    const struct sp_txn_start start = {stage_request(stage, method, branch), stage->hop, 42};
    assert_int_equal(
        sp_transactions_accept(stage->table, &start, &stage->turn, &stage->actions, &id), SP_OK);
    stage_note(stage);
    return id;
}

static inline enum sp_err stage_receive(struct stage *stage, struct sp_message *message)
{
    const enum sp_err err =
        sp_transactions_receive(stage->table, message, &stage->turn, &stage->actions);
    stage_note(stage);
    return err;
}

static inline enum sp_err stage_respond(struct stage *stage, uint64_t id, uint16_t status)
{
    const struct sp_message *response = stage_response(stage, status, "INVITE", "z9hG4bK1");
    const enum sp_err err =
        sp_transactions_respond(stage->table, id, response->octets, &stage->turn, &stage->actions);
    stage_note(stage);
    return err;
}

static inline void stage_transport_error(struct stage *stage, uint64_t id)
{
    sp_transactions_transport_error(stage->table, id, &stage->turn, &stage->actions);
    stage_note(stage);
}

/* Moves time on in ticks and fires what is due. */
static inline void stage_wait(struct stage *stage, int ms)
{
    const sp_time until = stage->turn.now + ms * SP_MILLISECOND;
    while (stage->turn.now < until) {
        stage->turn.now += 10 * SP_MILLISECOND;
        while (sp_transactions_turn(stage->table, &stage->turn, &stage->actions))
            stage_note(stage);
    }
}

static inline void stage_expect(struct stage *stage, const char *log)
{
    assert_string_equal(stage->log, log);
    stage->log[0] = '\0';
}

#endif

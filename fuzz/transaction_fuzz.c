/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions: the input is a list of events, two octets each, what happens and to which of four
 * branches. Whatever the order, no machine may reach a cell that is never, no more may live than
 * the maximum, and when the users have let go and time has passed, none may be left.
 */
#include <stdbool.h>

#include "base/check.h"
#include "fuzz/fuzz.h"
#include "signpost/transaction/table.h"

enum {
    TRANSACTIONS_MAX = 6,
    BRANCHES = 4,
    ENDED_AFTER_S = 100, /* more than 64*T1 and T4 together */
};

struct stage {
    struct sp_transactions *table;
    struct sp_turn turn;
    struct sp_txn_actions actions;
    struct sp_hop hop;
    uint64_t last_id;
    struct sp_arena arena;
    _Alignas(16) char memory[1 << 16];
};

static const char *const methods[] = {"INVITE", "OPTIONS", "ACK", "CANCEL", "INVITE", "BYE"};
static const char *const branches[BRANCHES] = {"z9hG4bK1", "z9hG4bK2", "old", "z9hG4bK3"};

static struct sp_message *message(struct stage *stage, uint16_t status, unsigned method,
                                  unsigned branch)
{
    enum {
        MAX = 1024
    };
    struct sp_writer writer;
    struct sp_span octets;
    struct sp_fault fault;
    struct sp_message *made = sp_arena_alloc(&stage->arena, sizeof *made);
    char *text = sp_arena_alloc(&stage->arena, MAX);
    SP_CHECK(made != NULL && text != NULL);
    sp_writer_init(&writer, text, MAX);
    if (status != 0)
        sp_write_format(&writer, "SIP/2.0 %u X\r\n", status);
    else
        sp_write_format(&writer, "%s sip:bob@example.com SIP/2.0\r\n", methods[method]);
    sp_write_format(&writer,
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=%s\r\nFrom: <sip:a@example.com>;tag=a\r\n"
                    "To: <sip:b@example.com>%s\r\nCall-ID: c\r\nCSeq: 1 %s\r\n\r\n",
                    branches[branch], status != 0 ? ";tag=b" : "", methods[method]);
    SP_CHECK(sp_writer_end(&writer, &octets) == SP_OK);
    SP_CHECK(sp_message_parse(octets, SP_FRAMING_DATAGRAM, MAX, &stage->arena, made, &fault) ==
             SP_OK);
    return made;
}

static void turn_all(struct stage *stage)
{
    while (sp_transactions_turn(stage->table, &stage->turn, &stage->actions))
        SP_CHECK(stage->actions.count > 0);
    SP_CHECK(sp_transactions_due(stage->table) > stage->turn.now);
}

static void happen(struct stage *stage, uint8_t what, uint8_t detail)
{
    static const uint16_t statuses[] = {100, 180, 200, 302, 486, 699};
    const unsigned method = detail / BRANCHES % 6;
    const unsigned branch = detail % BRANCHES;
    const uint16_t status = statuses[what / 8 % 6];
    const struct sp_txn_start start = {message(stage, 0, method, branch), stage->hop, 1};
    uint64_t id = 0;
    uint64_t user = 0;
    enum sp_err err = SP_OK;
    switch (what % 8) {
    case 0:
        err = sp_transactions_request(stage->table, &start, &stage->turn, &stage->actions, &id);
        break;
    case 1:
        err = sp_transactions_accept(stage->table, &start, &stage->turn, &stage->actions, &id);
        break;
    case 2:
        err = sp_transactions_receive(stage->table, start.request, &stage->turn, &stage->actions);
        break;
    case 3:
        err = sp_transactions_receive(stage->table, message(stage, status, method, branch),
                                      &stage->turn, &stage->actions);
        break;
    case 4:
        err = sp_transactions_respond(stage->table, 1 + detail % 16,
                                      message(stage, status, method, branch)->octets, &stage->turn,
                                      &stage->actions);
        break;
    case 5:
        sp_transactions_transport_error(stage->table, 1 + detail % 16, &stage->turn,
                                        &stage->actions);
        break;
    case 6:
        err = sp_transactions_find_cancelled(stage->table, start.request, &id, &user);
        break;
    default:
        stage->turn.now += detail * 100 * SP_MILLISECOND;
        turn_all(stage);
        break;
    }
    SP_CHECK(err != SP_ERR_MEMORY);
    if (id > stage->last_id)
        stage->last_id = id;
    SP_CHECK(sp_transactions_count(stage->table) <= TRANSACTIONS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[16] = {1};
    const struct sp_transactions_limits limits = {.max = TRANSACTIONS_MAX};
    static struct stage stage;
    if (size == 0)
        return 0;
    sp_arena_init(&stage.arena, stage.memory, sizeof stage.memory);
    stage.turn = (struct sp_turn){SP_SECOND, &stage.arena};
    stage.hop =
        (struct sp_hop){.transport = (data[0] & 1) != 0 ? SP_TRANSPORT_TCP : SP_TRANSPORT_UDP};
    stage.last_id = 0;
    SP_CHECK(sp_transactions_new(&limits, seed, stage.turn.now, &stage.table) == SP_OK);
    for (size_t i = 1; i + 1 < size; i += 2) {
        happen(&stage, data[i], data[i + 1]);
        sp_arena_reset(&stage.arena);
    }
    for (uint64_t id = 1; id <= stage.last_id; id++)
        sp_transactions_terminate(stage.table, id, &stage.turn, &stage.actions);
    for (int s = 0; s < ENDED_AFTER_S; s++) {
        stage.turn.now += SP_SECOND;
        turn_all(&stage);
    }
    SP_CHECK(sp_transactions_count(stage.table) == 0);
    sp_transactions_free(&stage.table);
    sp_arena_fini(&stage.arena);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The transactions of one worker: slab, two ways to find one (by key, by id), the wheel of their
 * timers, counters. Messages and the user's words become events of the machines here, and the
 * timer actions of the machines are carried out on the wheel.
 */
#include "signpost/transaction/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/slab.h"
#include "base/table.h"
#include "base/wheel.h"
#include "transaction/ack.h"
#include "transaction/key.h"
#include "transaction/machine.h"

/* An id is a serial number and, in its low bits, the place in the slab, so that it is found without
 * a search. */
enum {
    INDEX_BITS = 24,
    TRANSACTIONS_MAX = 1 << INDEX_BITS,
};

struct sp_transactions {
    struct sp_slab *slab;
    struct sp_table *keys;
    struct sp_wheel *wheel;
    struct sp_kept_store store;
    struct sp_txn_times times;
    struct sp_txn_secret secret;
    struct sp_transactions_counters counters;
    uint64_t last_serial;
    struct sp_kept leaving;         /* what was just sent for the last time: until the next call */
    const struct sp_message *asked; /* the request that the last call found nothing for ... */
    struct sp_txn_key asked_key;    /* ... and its key, for the call that begins its transaction */
};

#define TXN_OF(entry, member)                                                                      \
    ((struct sp_txn *)(void *)((char *)(entry)-offsetof(struct sp_txn, member)))

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

enum sp_err sp_transactions_new(const struct sp_transactions_limits *limits, const uint8_t seed[16],
                                sp_time now, struct sp_transactions **table)
{
    struct sp_transactions *made = limits->max <= TRANSACTIONS_MAX ? calloc(1, sizeof *made) : NULL;
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->times =
        (struct sp_txn_times){or_default(limits->t1_ms, 500), or_default(limits->t2_ms, 4000),
                              or_default(limits->t4_ms, 5000)};
    memcpy(&made->secret.key, seed, sizeof made->secret.key);
    enum sp_err err = sp_slab_new("transaction", sizeof(struct sp_txn), limits->max, &made->slab);
    if (err == SP_OK)
        err = sp_table_new(NULL, limits->max, &made->keys); /* a digest */
    if (err == SP_OK)
        err = sp_wheel_new(now, &made->wheel);
    if (err == SP_OK)
        err = sp_kept_store_init(&made->store, limits->max);
    if (err != SP_OK)
        sp_transactions_free(&made);
    else
        *table = made;
    return err;
}

void sp_transactions_free(struct sp_transactions **table)
{
    struct sp_transactions *gone = *table;
    *table = NULL;
    if (gone == NULL)
        return;
    sp_kept_store_fini(&gone->store);
    if (gone->wheel != NULL)
        sp_wheel_free(&gone->wheel);
    if (gone->keys != NULL)
        sp_table_free(&gone->keys);
    if (gone->slab != NULL)
        sp_slab_free(&gone->slab);
    free(gone);
}

static struct sp_txn *find(const struct sp_transactions *table, uint64_t id)
{
    struct sp_txn *txn = sp_slab_at(table->slab, sp_transactions_place(id));
    return txn != NULL && txn->id == id ? txn : NULL;
}

static struct sp_span span_of(const struct sp_txn_key *key)
{
    return sp_span((const char *)key->octets, sizeof key->octets);
}

static struct sp_txn *find_key(const struct sp_transactions *table, const struct sp_txn_key *key)
{
    struct sp_table_entry *entry = sp_table_find(table->keys, span_of(key));
    return entry != NULL ? TXN_OF(entry, by_key) : NULL;
}

/* What every call with actions does first: the spans of the last one end here. */
static void begin_call(struct sp_transactions *table, struct sp_txn_actions *actions)
{
    actions->count = 0;
    table->asked = NULL;
    sp_kept_drop(&table->leaving);
}

static void give_back(struct sp_transactions *table, struct sp_txn *txn)
{
    for (enum sp_slot slot = 0; slot < SP_SLOT_COUNT; slot++)
        sp_wheel_cancel(table->wheel, &txn->slots[slot].timer);
    sp_kept_drop(&txn->kept);
    sp_slab_give(table->slab, (void **)&txn);
}

static void set_wheel(struct sp_transactions *table, struct sp_txn *txn,
                      const struct sp_txn_action *action)
{
    for (enum sp_slot slot = 0; slot < SP_SLOT_COUNT; slot++)
        if (txn->slots[slot].letter == action->timer.letter)
            sp_wheel_set(table->wheel, &txn->slots[slot].timer, action->timer.due);
}

/* Carries out what the machine asked of its timers, counts, and takes back an ended transaction. */
static void settle(struct sp_transactions *table, struct sp_txn *txn,
                   const struct sp_txn_actions *actions)
{
    const enum sp_txn_kind kind = txn->machine->kind;
    for (enum sp_slot slot = 0; slot < SP_SLOT_COUNT; slot++)
        if (txn->slots[slot].letter == SP_TIMER_NONE)
            sp_wheel_cancel(table->wheel, &txn->slots[slot].timer);
    for (size_t i = 0; i < actions->count; i++) {
        const struct sp_txn_action *action = &actions->list[i];
        if (action->kind == SP_TXN_TIMER_SET)
            set_wheel(table, txn, action);
        if (action->kind == SP_TXN_TIMED_OUT)
            table->counters.timed_out[kind]++;
    }
    if ((txn->machine->silent >> txn->state & 1) != 0) {
        table->leaving = txn->kept;
        txn->kept = (struct sp_kept){0};
    }
    if (txn->state != SP_TXN_TERMINATED)
        return;
    table->counters.ended[kind]++;
    sp_table_remove(table->keys, &txn->by_key);
    give_back(table, txn);
}

/* The ACK takes the place of the INVITE, which is not needed any more once it has its answer. When
 * none can be made, nothing is sent, rather than the INVITE. */
static void keep_ack(struct sp_transactions *table, struct sp_txn *txn,
                     const struct sp_message *answer, struct sp_arena *arena)
{
    struct sp_span ack = {0};
    const size_t mark = sp_arena_mark(arena);
    SP_CHECK(answer != NULL);
    enum sp_err err = sp_txn_write_ack(&txn->kept, answer, arena, &ack);
    if (err == SP_OK)
        err = sp_kept_put(&table->store, &txn->kept, ack);
    if (err != SP_OK)
        sp_kept_drop(&txn->kept);
    sp_arena_rewind(arena, mark);
}

/* An event, with the message that it is about, when it is about one. */
struct happening {
    enum sp_txn_event event;
    struct sp_message *message;
};

static void run(struct sp_transactions *table, struct sp_txn *txn, struct happening what,
                const struct sp_turn *turn, struct sp_txn_actions *actions)
{
    const struct sp_cell *cell = sp_machine_cell(txn, what.event);
    if ((cell->work & SP_WORK_ACK) != 0)
        keep_ack(table, txn, what.message, turn->arena);
    if ((cell->work & SP_WORK_SEND) != 0 && cell->state == txn->state)
        table->counters.sent_again++;
    if (cell->kind == SP_CELL_ABSORB)
        table->counters.absorbed++;
    sp_machine_step(txn, what.event, what.message, turn->now, actions);
    settle(table, txn, actions);
}

static enum sp_txn_event event_of_status(uint16_t status)
{
    if (status < 200)
        return SP_EVENT_1XX;
    return status < 300 ? SP_EVENT_2XX : SP_EVENT_300_699;
}

struct birth {
    const struct sp_machine *machine;
    const struct sp_hop *hop;
    uint64_t user;
    const struct sp_txn_key *key;
    struct sp_span kept; /* absent: nothing */
};

static enum sp_err bear(struct sp_transactions *table, const struct birth *birth,
                        const struct sp_turn *turn, struct sp_txn_actions *actions, uint64_t *id)
{
    sp_table_fetch(table->keys, span_of(birth->key));
    struct sp_txn *txn = sp_slab_take(table->slab);
    if (txn == NULL) {
        table->counters.full++;
        return SP_ERR_FULL;
    }
    txn->machine = birth->machine;
    txn->times = &table->times;
    txn->hop = *birth->hop;
    txn->user = birth->user;
    txn->id = ++table->last_serial << INDEX_BITS | sp_slab_index(table->slab, txn);
    memcpy(txn->key, birth->key->octets, sizeof txn->key);
    enum sp_err err = SP_OK;
    if (!sp_span_is_absent(birth->kept))
        err = sp_kept_put(&table->store, &txn->kept, birth->kept);
    if (err == SP_OK)
        err = sp_table_add(table->keys, &txn->by_key,
                           sp_span((const char *)txn->key, sizeof txn->key));
    if (err != SP_OK) {
        table->counters.full += err == SP_ERR_FULL;
        give_back(table, txn);
        return err;
    }
    table->counters.begun[txn->machine->kind]++;
    sp_machine_begin(txn, turn->now, actions);
    *id = txn->id;
    settle(table, txn, actions);
    return SP_OK;
}

static const struct sp_machine *client_of(struct sp_span method_name)
{
    const bool is_invite = sp_span_equal(method_name, SP_SPAN("INVITE"));
    return is_invite ? &sp_invite_client : &sp_non_invite_client;
}

enum sp_err sp_transactions_send(struct sp_transactions *table,
                                 const struct sp_txn_request *request, const struct sp_turn *turn,
                                 struct sp_txn_actions *actions, uint64_t *id)
{
    struct sp_txn_key key;
    sp_txn_key_branch(&table->secret, request->branch, request->method_name, &key);
    const struct birth birth = {
        .machine = client_of(request->method_name),
        .hop = &request->hop,
        .user = request->user,
        .key = &key,
        .kept = request->octets,
    };
    begin_call(table, actions);
    return bear(table, &birth, turn, actions, id);
}

enum sp_err sp_transactions_request(struct sp_transactions *table, const struct sp_txn_start *start,
                                    const struct sp_turn *turn, struct sp_txn_actions *actions,
                                    uint64_t *id)
{
    struct sp_txn_key key;
    struct sp_message *request = start->request;
    begin_call(table, actions);
    if (!request->is_request || request->method == SP_METHOD_ACK ||
        sp_txn_key_client(&table->secret, request, &key) != SP_OK)
        return SP_ERR_SYNTAX;
    const struct birth birth = {
        .machine = client_of(request->method_name),
        .hop = &start->hop,
        .user = start->user,
        .key = &key,
        .kept = request->octets,
    };
    return bear(table, &birth, turn, actions, id);
}

enum sp_err sp_transactions_accept(struct sp_transactions *table, const struct sp_txn_start *start,
                                   const struct sp_turn *turn, struct sp_txn_actions *actions,
                                   uint64_t *id)
{
    struct sp_txn_key key = table->asked_key;
    struct sp_message *request = start->request;
    const bool is_known = table->asked == request;
    begin_call(table, actions);
    if (!request->is_request || request->method == SP_METHOD_ACK)
        return SP_ERR_SYNTAX;
    if (!is_known &&
        sp_txn_key_server(&table->secret, request, request->method_name, &key) != SP_OK)
        return SP_ERR_SYNTAX;
    const struct birth birth = {
        .machine = request->method == SP_METHOD_INVITE ? &sp_invite_server : &sp_non_invite_server,
        .hop = &start->hop,
        .user = start->user,
        .key = &key,
    };
    return bear(table, &birth, turn, actions, id);
}

static enum sp_err receive_request(struct sp_transactions *table, struct sp_message *request,
                                   const struct sp_turn *turn, struct sp_txn_actions *actions)
{
    struct sp_txn_key key;
    if (sp_txn_key_server(&table->secret, request, request->method_name, &key) != SP_OK)
        return SP_ERR_ABSENT;
    struct sp_txn *txn = find_key(table, &key);
    if (txn == NULL) {
        table->asked = request;
        table->asked_key = key;
        return SP_ERR_ABSENT;
    }
    const bool is_ack = request->method == SP_METHOD_ACK;
    if (is_ack && key.is_old && !sp_txn_acknowledges(&txn->kept, request, turn->arena))
        return SP_ERR_ABSENT;
    run(table, txn, (struct happening){is_ack ? SP_EVENT_ACK : SP_EVENT_REQUEST, request}, turn,
        actions);
    return SP_OK;
}

enum sp_err sp_transactions_receive(struct sp_transactions *table, struct sp_message *message,
                                    const struct sp_turn *turn, struct sp_txn_actions *actions)
{
    begin_call(table, actions);
    if (message->is_request)
        return receive_request(table, message, turn, actions);
    struct sp_txn_key key;
    if (sp_txn_key_client(&table->secret, message, &key) != SP_OK)
        return SP_ERR_ABSENT;
    struct sp_txn *txn = find_key(table, &key);
    if (txn == NULL)
        return SP_ERR_ABSENT;
    run(table, txn, (struct happening){event_of_status(message->status), message}, turn, actions);
    return SP_OK;
}

/* The three digits of a status line. */
static enum sp_err read_status(struct sp_span octets, uint32_t *status)
{
    const struct sp_span version = SP_SPAN("SIP/2.0 ");
    if (!sp_span_has_prefix(octets, version))
        return SP_ERR_SYNTAX;
    return sp_span_to_u32(sp_span_first(sp_span_after(octets, version.len), 3), 699, status);
}

enum sp_err sp_transactions_respond(struct sp_transactions *table, uint64_t id,
                                    struct sp_span octets, const struct sp_turn *turn,
                                    struct sp_txn_actions *actions)
{
    uint32_t status = 0;
    struct sp_txn *txn = find(table, id);
    begin_call(table, actions);
    if (txn == NULL || txn->machine->is_client)
        return SP_ERR_ABSENT;
    enum sp_err err = read_status(octets, &status);
    if (err != SP_OK)
        return err;
    const enum sp_txn_event event = event_of_status((uint16_t)status);
    if (sp_machine_cell(txn, event)->kind != SP_CELL_GO)
        return SP_ERR_REFUSED;
    err = sp_kept_put(&table->store, &txn->kept, octets);
    if (err == SP_OK)
        run(table, txn, (struct happening){event, NULL}, turn, actions);
    return err;
}

static void tell(struct sp_transactions *table, uint64_t id, enum sp_txn_event event,
                 const struct sp_turn *turn, struct sp_txn_actions *actions)
{
    begin_call(table, actions);
    struct sp_txn *txn = find(table, id);
    if (txn != NULL)
        run(table, txn, (struct happening){event, NULL}, turn, actions);
}

void sp_transactions_transport_error(struct sp_transactions *table, uint64_t id,
                                     const struct sp_turn *turn, struct sp_txn_actions *actions)
{
    tell(table, id, SP_EVENT_TRANSPORT_ERROR, turn, actions);
}

void sp_transactions_terminate(struct sp_transactions *table, uint64_t id,
                               const struct sp_turn *turn, struct sp_txn_actions *actions)
{
    tell(table, id, SP_EVENT_TERMINATE, turn, actions);
}

enum sp_err sp_transactions_find_cancelled(const struct sp_transactions *table,
                                           struct sp_message *cancel, uint64_t *id, uint64_t *user)
{
    struct sp_txn_key key;
    if (sp_txn_key_server(&table->secret, cancel, SP_SPAN("INVITE"), &key) != SP_OK)
        return SP_ERR_ABSENT;
    const struct sp_txn *txn = find_key(table, &key);
    if (txn == NULL)
        return SP_ERR_ABSENT;
    *id = txn->id;
    *user = txn->user;
    return SP_OK;
}

enum sp_err sp_transactions_find_sent(const struct sp_transactions *table, struct sp_span branch,
                                      struct sp_span method_name, uint64_t *id)
{
    struct sp_txn_key key;
    sp_txn_key_branch(&table->secret, branch, method_name, &key);
    const struct sp_txn *txn = find_key(table, &key);
    if (txn == NULL)
        return SP_ERR_ABSENT;
    *id = txn->id;
    return SP_OK;
}

static struct sp_txn *txn_of(struct sp_timer *timer)
{
    struct sp_txn_slot *slot = (struct sp_txn_slot *)(void *)timer;
    return TXN_OF(slot - slot->place, slots);
}

/* Timers run out by the thousand, for transactions that nothing was heard of for half a minute. So
 * the memory of the next but one is fetched now, and the place that the next has in the table. */
static void fetch_next(const struct sp_transactions *table)
{
    enum {
        LINE = 64 /* octets that are fetched at once */
    };
    struct sp_timer *next = sp_wheel_peek(table->wheel);
    if (next == NULL)
        return;
    const uintptr_t after = (uintptr_t)next->next; /* or the wheel itself: nothing is read there */
    for (size_t at = 0; at < sizeof(struct sp_txn); at += LINE)
        __builtin_prefetch((const void *)(after + at));
    sp_table_fetch_entry(table->keys, &txn_of(next)->by_key);
}

bool sp_transactions_turn(struct sp_transactions *table, const struct sp_turn *turn,
                          struct sp_txn_actions *actions)
{
    begin_call(table, actions);
    struct sp_timer *timer = sp_wheel_turn(table->wheel, turn->now);
    if (timer == NULL)
        return false;
    fetch_next(table);
    const struct sp_txn_slot *slot = (const struct sp_txn_slot *)(void *)timer;
    run(table, txn_of(timer), (struct happening){SP_EVENT_TIMER + slot->letter, NULL}, turn,
        actions);
    return true;
}

sp_time sp_transactions_due(const struct sp_transactions *table)
{
    return sp_wheel_next(table->wheel);
}

size_t sp_transactions_place(uint64_t id)
{
    return (size_t)(id % TRANSACTIONS_MAX);
}

size_t sp_transactions_count(const struct sp_transactions *table)
{
    return sp_slab_used(table->slab);
}

const struct sp_transactions_counters *sp_transactions_counters(const struct sp_transactions *table)
{
    return &table->counters;
}

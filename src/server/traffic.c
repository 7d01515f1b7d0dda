/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts: a row has a ring of 12 buckets of five minutes and one of 24 hours. The rings of all rows
 * turn together, so that a message only adds one to two numbers; at the full hour rows that have
 * been silent for a day give their place away.
 */
#include "server/traffic.h"

#include <stdlib.h>
#include <string.h>

#include "server/traffic_parts.h"

enum {
    ROWS_MAX = 768,
    SLOTS = 2048, /* of the index; a power of two, more than twice the rows */
    FIVES = 12,
    HOURS = 24,
    NAMES_MAX = 256,
    OTHERS = 255, /* the place of a peer that has no name, or for whose name there is no room */
    NEAR = 64,    /* addresses whose peer is remembered; a power of two */
};

#define FIVE_MINUTES (300 * SP_SECOND)

struct row {
    uint32_t key;
    uint32_t fives[FIVES];
    uint32_t hours[HOURS];
};

struct near {
    struct sp_address address;
    uint8_t peer;
};

struct sp_traffic {
    int64_t tick;        /* the five minutes that are counted now, since the clock's zero */
    sp_time until;       /* when they are over */
    unsigned five, hour; /* the buckets of now */
    size_t row_count;
    uint16_t slots[SLOTS]; /* a row's place + 1; 0: free */
    struct row rows[ROWS_MAX];
    struct near near[NEAR];
    size_t peer_count;
    struct {
        struct sp_address address;
        uint8_t name;
    } peers[SP_PEERS_MAX];
    size_t name_count;
    char names[NAMES_MAX][SP_TRAFFIC_PEER_MAX + 1];
    uint64_t totals[2][SP_TRAFFIC_CODES]; /* atomically */
    struct sp_kept kept;
};

/* A code, a direction, a method and a peer as a number that is never 0. */
static uint32_t key_of(uint16_t code, bool is_sent, enum sp_method method, uint8_t peer)
{
    return (uint32_t)code << 14 | (uint32_t)is_sent << 13 | (uint32_t)method << 8 | peer;
}

static unsigned code_of(uint32_t key)
{
    return key >> 14;
}

static bool is_sent_of(uint32_t key)
{
    return (key >> 13 & 1) != 0;
}

/* The slot that has a key, or the free one where it belongs. */
static uint16_t *slot_of(struct sp_traffic *traffic, uint32_t key)
{
    uint32_t at = key * 0x9E3779B1U >> 21; /* Fibonacci hashing into 2^11 slots */
    while (traffic->slots[at] != 0 && traffic->rows[traffic->slots[at] - 1].key != key)
        at = (at + 1) & (SLOTS - 1);
    return &traffic->slots[at];
}

/* The row of a key, made when there is none; NULL when there is no room. */
static struct row *row_of(struct sp_traffic *traffic, uint32_t key)
{
    uint16_t *const slot = slot_of(traffic, key);
    if (*slot == 0) {
        if (traffic->row_count == ROWS_MAX)
            return NULL;
        traffic->rows[traffic->row_count] = (struct row){.key = key};
        *slot = (uint16_t)++traffic->row_count;
    }
    return &traffic->rows[*slot - 1];
}

static bool is_silent(const struct row *row)
{
    uint32_t any = 0;
    for (size_t k = 0; k < HOURS; k++)
        any |= row->hours[k];
    return any == 0;
}

/* Rows that have been silent for a day go; the others close ranks. */
static void drop_silent_rows(struct sp_traffic *traffic)
{
    const size_t before = traffic->row_count;
    traffic->row_count = 0;
    memset(traffic->slots, 0, sizeof traffic->slots);
    for (size_t k = 0; k < before; k++) {
        if (is_silent(&traffic->rows[k]))
            continue;
        if (traffic->row_count != k)
            traffic->rows[traffic->row_count] = traffic->rows[k];
        *slot_of(traffic, traffic->rows[traffic->row_count].key) =
            (uint16_t)(traffic->row_count + 1);
        traffic->row_count++;
    }
}

/* The next five minutes begin. */
static void turn_rings(struct sp_traffic *traffic)
{
    const bool is_new_hour = ++traffic->tick % FIVES == 0;
    traffic->five = (unsigned)(traffic->tick % FIVES);
    traffic->hour = (unsigned)(traffic->tick / FIVES % HOURS);
    for (size_t k = 0; k < traffic->row_count; k++) {
        traffic->rows[k].fives[traffic->five] = 0;
        if (is_new_hour)
            traffic->rows[k].hours[traffic->hour] = 0;
    }
    if (is_new_hour)
        drop_silent_rows(traffic);
}

/* Turns the rings up to now; behind a day nothing is left, however long nobody called. */
static void catch_up(struct sp_traffic *traffic, sp_time now)
{
    const int64_t tick = now / FIVE_MINUTES;
    if (tick - traffic->tick > FIVES * HOURS)
        traffic->tick = tick - FIVES * HOURS;
    while (traffic->tick < tick)
        turn_rings(traffic);
    traffic->until = (tick + 1) * FIVE_MINUTES;
}

/* The peer of a port, else that of any port, else the only one at that host (design: a peer is
 * found by its address). */
static uint8_t find_peer(const struct sp_traffic *traffic, const struct sp_address *address)
{
    uint8_t found = OTHERS;
    size_t hosts = 0;
    for (size_t k = 0; k < traffic->peer_count; k++) {
        const struct sp_address *const peer = &traffic->peers[k].address;
        if (!sp_address_same_host(peer, address))
            continue;
        if (peer->port == address->port)
            return traffic->peers[k].name;
        hosts = peer->port == 0 ? 1 : hosts + 1;
        found = traffic->peers[k].name;
    }
    return hosts == 1 ? found : OTHERS;
}

static uint8_t peer_of(struct sp_traffic *traffic, const struct sp_address *address)
{
    if (traffic->peer_count == 0)
        return OTHERS;
    uint32_t last;
    memcpy(&last, address->ip + (address->family == SP_FAMILY_IPV6 ? 12 : 0), sizeof last);
    struct near *const near = &traffic->near[(last ^ last >> 16 ^ address->port) & (NEAR - 1)];
    if (!sp_address_equal(&near->address, address))
        *near = (struct near){.address = *address, .peer = find_peer(traffic, address)};
    return near->peer;
}

/* The place of a name, which it keeps for ever. */
static uint8_t name_of(struct sp_traffic *traffic, struct sp_span name)
{
    const struct sp_span cut = sp_span_first(name, SP_TRAFFIC_PEER_MAX);
    for (size_t k = 0; k < traffic->name_count; k++)
        if (sp_span_equal(sp_span_of(traffic->names[k]), cut))
            return (uint8_t)k;
    if (traffic->name_count == OTHERS)
        return OTHERS;
    memcpy(traffic->names[traffic->name_count], cut.ptr, cut.len);
    return (uint8_t)traffic->name_count++;
}

void sp_traffic_configure(struct sp_traffic *traffic, const struct sp_config *config)
{
    if (traffic == NULL)
        return;
    traffic->peer_count = config->peer_count;
    for (size_t k = 0; k < config->peer_count; k++) {
        traffic->peers[k].address = config->peers[k].address;
        traffic->peers[k].name = name_of(traffic, config->peers[k].name);
    }
    memset(traffic->near, 0, sizeof traffic->near);
}

enum sp_err sp_traffic_new(const struct sp_config *config, sp_time now, struct sp_traffic **traffic)
{
    struct sp_traffic *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    catch_up(made, now);
    sp_traffic_configure(made, config);
    *traffic = made;
    return SP_OK;
}

void sp_traffic_free(struct sp_traffic **traffic)
{
    free(*traffic);
    *traffic = NULL;
}

static void count(struct sp_traffic *traffic, const struct sp_traffic_message *message)
{
    const uint16_t code = message->status;
    uint64_t *const total = &traffic->totals[message->is_sent][code - SP_TRAFFIC_FIRST];
    const uint8_t peer = peer_of(traffic, message->remote);
    struct row *row = row_of(traffic, key_of(code, message->is_sent, message->method, peer));
    if (row == NULL)
        row = row_of(traffic, key_of(code, message->is_sent, SP_METHOD_OTHER, OTHERS));
    __atomic_store_n(total, *total + 1, __ATOMIC_RELAXED); /* one writer, as sp_metric_set */
    if (row == NULL)
        return; /* the total alone has it */
    row->fives[traffic->five]++;
    row->hours[traffic->hour]++;
}

void sp_traffic_note(struct sp_traffic *traffic, const struct sp_traffic_message *message,
                     sp_time now)
{
    if (traffic == NULL)
        return;
    if (now >= traffic->until)
        catch_up(traffic, now);
    if (message->status >= SP_TRAFFIC_FIRST &&
        message->status < SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES)
        count(traffic, message);
    sp_kept_note(&traffic->kept, message, now);
}

/* The value of a header field line by its name, or absent. */
static struct sp_span value_in(struct sp_span line, struct sp_span name, struct sp_span compact)
{
    const size_t colon = sp_span_find(line, ':');
    const struct sp_span found = sp_span_trim(sp_span_first(line, colon));
    if (colon == line.len ||
        !(sp_span_equal_nocase(found, name) || sp_span_equal_nocase(found, compact)))
        return sp_span_absent();
    return sp_span_trim(sp_span_after(line, colon + 1));
}

/* "SIP/2.0 301 ...": 301; of a request 0. */
static uint16_t status_of(struct sp_span line)
{
    uint32_t status;
    if (!sp_span_has_prefix(line, SP_SPAN("SIP/2.0 ")) ||
        sp_span_to_u32(sp_span_first(sp_span_after(line, 8), 3), 999, &status) != SP_OK)
        return 0;
    return (uint16_t)status;
}

/* The next line of a header section, without its end; empty behind the last. */
static struct sp_span next_line(struct sp_span *rest)
{
    const struct sp_span line = sp_span_first(*rest, sp_span_find(*rest, '\n'));
    *rest = sp_span_after(*rest, line.len + 1);
    return sp_span_trim(line);
}

void sp_traffic_note_octets(struct sp_traffic *traffic, bool is_sent,
                            const struct sp_address *remote, struct sp_span octets, sp_time now)
{
    struct sp_span rest = octets;
    struct sp_span cseq = sp_span_absent();
    if (traffic == NULL)
        return;
    struct sp_traffic_message message = {
        .is_sent = is_sent,
        .status = status_of(next_line(&rest)),
        .remote = remote,
        .octets = octets,
    };
    for (struct sp_span line = next_line(&rest);
         line.len > 0 && (sp_span_is_absent(message.call_id) || sp_span_is_absent(cseq));
         line = next_line(&rest)) {
        if (sp_span_is_absent(message.call_id))
            message.call_id = value_in(line, SP_SPAN("Call-ID"), SP_SPAN("i"));
        if (sp_span_is_absent(cseq))
            cseq = value_in(line, SP_SPAN("CSeq"), SP_SPAN("CSeq"));
    }
    const size_t digits = sp_span_find(cseq, ' ');
    if (sp_span_to_u32(sp_span_first(cseq, digits), UINT32_MAX, &message.cseq) != SP_OK)
        return; /* written by others than us, or not to be told apart */
    message.method = sp_method_find(sp_span_trim(sp_span_after(cseq, digits)));
    sp_traffic_note(traffic, &message, now);
}

uint64_t sp_traffic_total(const struct sp_traffic *traffic, bool is_sent, unsigned code)
{
    return __atomic_load_n(&traffic->totals[is_sent][code - SP_TRAFFIC_FIRST], __ATOMIC_RELAXED);
}

static struct sp_traffic_count sum_of(const struct row *row)
{
    struct sp_traffic_count sum = {0, 0};
    for (size_t k = 0; k < FIVES; k++)
        sum.hour += row->fives[k];
    for (size_t k = 0; k < HOURS; k++)
        sum.day += row->hours[k];
    return sum;
}

static void add(struct sp_traffic_count *sum, const struct sp_traffic_count *count)
{
    sum->hour += count->hour;
    sum->day += count->day;
}

/* Another engine may have told of the same method and peer. */
static void show_row(struct sp_traffic_view *view, const struct sp_traffic_row *row)
{
    for (size_t k = 0; k < view->row_count; k++) {
        struct sp_traffic_row *const known = &view->rows[k];
        if (known->method == row->method && known->is_sent == row->is_sent &&
            strcmp(known->peer, row->peer) == 0) {
            add(&known->count, &row->count);
            return;
        }
    }
    if (view->row_count < SP_TRAFFIC_ROWS_MAX)
        view->rows[view->row_count++] = *row;
}

void sp_traffic_show(struct sp_traffic *traffic, sp_time now, struct sp_traffic_view *view)
{
    if (traffic == NULL)
        return;
    catch_up(traffic, now);
    for (size_t k = 0; k < traffic->row_count; k++) {
        const uint32_t key = traffic->rows[k].key;
        const uint8_t peer = key & 0xFF;
        struct sp_traffic_row row = {
            .method = (enum sp_method)(key >> 8 & 0x1F),
            .is_sent = is_sent_of(key),
            .count = sum_of(&traffic->rows[k]),
        };
        add(&view->sums[row.is_sent][code_of(key) - SP_TRAFFIC_FIRST], &row.count);
        if (code_of(key) != view->code || row.count.day == 0)
            continue;
        if (peer != OTHERS)
            memcpy(row.peer, traffic->names[peer], sizeof row.peer);
        show_row(view, &row);
    }
    sp_kept_show(&traffic->kept, view);
}

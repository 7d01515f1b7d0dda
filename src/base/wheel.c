/* SPDX-License-Identifier: Apache-2.0
 *
 * Four wheels of 256 slots, each slot of a wheel as long as a whole turn of the one below. A timer
 * waits in the finest wheel that reaches its tick; when a coarse slot's time begins, its timers
 * move down. What lies beyond 2^32 ticks (497 days) waits in the last slot and moves on from there.
 * A bit a slot tells which slots hold timers, so an empty stretch is skipped and not walked.
 */
#include "base/wheel.h"

#include <stdint.h>
#include <stdlib.h>

#define TICK (10 * SP_MILLISECOND)

enum {
    LEVELS = 4,
    SLOT_BITS = 8,
    SLOTS = 1 << SLOT_BITS,
    WORD_BITS = 64,
};

#define TICKS_AHEAD_MAX ((UINT64_C(1) << LEVELS * SLOT_BITS) - 1)

struct sp_wheel {
    uint64_t tick; /* up to which timers were taken out */
    size_t count;
    uint64_t busy[LEVELS][SLOTS / WORD_BITS];
    struct sp_timer slots[LEVELS * SLOTS]; /* ring heads; their `due` is not used */
};

/* The tick at whose beginning a timer's time has come. */
static uint64_t tick_of(sp_time due)
{
    return due <= 0 ? 0 : (uint64_t)(due / TICK) + (due % TICK != 0);
}

static unsigned slot_of(uint64_t tick, int level)
{
    return (unsigned)(tick >> level * SLOT_BITS) % SLOTS;
}

static struct sp_timer *head_of(struct sp_wheel *wheel, uint64_t tick, int level)
{
    return &wheel->slots[level * SLOTS + (int)slot_of(tick, level)];
}

static bool is_empty(const struct sp_timer *head)
{
    return head->next == head;
}

static void link_timer(struct sp_wheel *wheel, struct sp_timer *timer)
{
    uint64_t tick = tick_of(timer->due);
    if (tick < wheel->tick)
        tick = wheel->tick;
    if (tick - wheel->tick > TICKS_AHEAD_MAX)
        tick = wheel->tick + TICKS_AHEAD_MAX;
    int level = 0;
    while ((tick - wheel->tick) >> (level + 1) * SLOT_BITS != 0)
        level++;
    const unsigned slot = slot_of(tick, level);
    struct sp_timer *head = head_of(wheel, tick, level);
    timer->next = head;
    timer->prev = head->prev;
    head->prev->next = timer;
    head->prev = timer;
    wheel->busy[level][slot / WORD_BITS] |= UINT64_C(1) << slot % WORD_BITS;
}

static void unlink_timer(struct sp_wheel *wheel, struct sp_timer *timer)
{
    struct sp_timer *head = timer->next;
    timer->prev->next = timer->next;
    timer->next->prev = timer->prev;
    timer->next = NULL;
    timer->prev = NULL;
    if (!is_empty(head))
        return;
    /* It was the last of its slot, so its neighbour on both sides is the slot's head. */
    const size_t place = (size_t)(head - wheel->slots);
    const size_t slot = place % SLOTS;
    wheel->busy[place / SLOTS][slot / WORD_BITS] &= ~(UINT64_C(1) << slot % WORD_BITS);
}

enum sp_err sp_wheel_new(sp_time now, struct sp_wheel **wheel)
{
    struct sp_wheel *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->tick = now <= 0 ? 0 : (uint64_t)(now / TICK);
    for (int slot = 0; slot < LEVELS * SLOTS; slot++) {
        struct sp_timer *head = &made->slots[slot];
        head->next = head;
        head->prev = head;
    }
    *wheel = made;
    return SP_OK;
}

void sp_wheel_free(struct sp_wheel **wheel)
{
    free(*wheel);
    *wheel = NULL;
}

void sp_wheel_set(struct sp_wheel *wheel, struct sp_timer *timer, sp_time due)
{
    sp_wheel_cancel(wheel, timer);
    timer->due = due;
    link_timer(wheel, timer);
    wheel->count++;
}

void sp_wheel_cancel(struct sp_wheel *wheel, struct sp_timer *timer)
{
    if (!sp_timer_is_set(timer))
        return;
    unlink_timer(wheel, timer);
    wheel->count--;
}

bool sp_timer_is_set(const struct sp_timer *timer)
{
    return timer->next != NULL;
}

/* How many slots after the current one the next busy slot of a wheel is: 1 to 256, the last being
 * the current slot one turn later; 0 when none is busy. */
static unsigned slots_to_busy(const struct sp_wheel *wheel, int level)
{
    const unsigned current = slot_of(wheel->tick, level);
    for (unsigned ahead = 1; ahead <= SLOTS;) {
        const unsigned slot = (current + ahead) % SLOTS;
        const uint64_t bits = wheel->busy[level][slot / WORD_BITS] >> slot % WORD_BITS;
        const unsigned step = WORD_BITS - slot % WORD_BITS;
        if (bits != 0) {
            const unsigned found = ahead + (unsigned)__builtin_ctzll(bits);
            return found <= SLOTS ? found : 0;
        }
        ahead += step;
    }
    return 0;
}

/* The next tick at which a slot of any wheel begins that holds timers; `limit` when none before. */
static uint64_t next_busy_tick(const struct sp_wheel *wheel, uint64_t limit)
{
    uint64_t earliest = limit;
    for (int level = 0; level < LEVELS; level++) {
        const unsigned ahead = slots_to_busy(wheel, level);
        if (ahead == 0)
            continue;
        const int shift = level * SLOT_BITS;
        const uint64_t tick = ((wheel->tick >> shift) + ahead) << shift;
        if (tick < earliest)
            earliest = tick;
    }
    return earliest;
}

/* Begins a tick: coarse slots whose time begins with it give their timers to the finer wheels. */
static void begin_tick(struct sp_wheel *wheel, uint64_t tick)
{
    wheel->tick = tick;
    for (int level = 1; level < LEVELS && slot_of(tick, level - 1) == 0; level++) {
        struct sp_timer *head = head_of(wheel, tick, level);
        while (!is_empty(head)) {
            struct sp_timer *timer = head->next;
            unlink_timer(wheel, timer);
            link_timer(wheel, timer); /* never into this slot again: its time has begun */
        }
    }
}

struct sp_timer *sp_wheel_turn(struct sp_wheel *wheel, sp_time now)
{
    const uint64_t target = now <= 0 ? 0 : (uint64_t)(now / TICK);
    for (;;) {
        struct sp_timer *head = head_of(wheel, wheel->tick, 0);
        if (!is_empty(head)) {
            struct sp_timer *timer = head->next;
            sp_wheel_cancel(wheel, timer);
            return timer;
        }
        if (wheel->tick >= target)
            return NULL;
        begin_tick(wheel, next_busy_tick(wheel, target));
    }
}

sp_time sp_wheel_next(const struct sp_wheel *wheel)
{
    if (wheel->count == 0)
        return SP_TIME_NEVER;
    if (!is_empty(&wheel->slots[slot_of(wheel->tick, 0)]))
        return (sp_time)wheel->tick * TICK;
    const uint64_t tick = next_busy_tick(wheel, UINT64_MAX);
    return tick > (uint64_t)(SP_TIME_NEVER / TICK) ? SP_TIME_NEVER : (sp_time)tick * TICK;
}

size_t sp_wheel_count(const struct sp_wheel *wheel)
{
    return wheel->count;
}

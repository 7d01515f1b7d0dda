/* SPDX-License-Identifier: Apache-2.0
 *
 * Four wheels, each slot of one as long as a whole turn of the one below. The finest reaches 41 s
 * ahead, so that the waits of SIP (64*T1 is 32 s) are put in their place once; the others have 256
 * slots. A timer waits in the finest wheel that reaches its tick; when a coarse slot's time begins,
 * its timers move down. What lies beyond 2^36 ticks (21 years) waits in the last slot and moves on
 * from there. A bit a slot tells which slots hold timers, so an empty stretch is skipped and not
 * walked.
 */
#include "base/wheel.h"

#include <stdint.h>
#include <stdlib.h>

#define TICK (10 * SP_MILLISECOND)

enum {
    LEVELS = 4,
    FINE_BITS = 12,
    COARSE_BITS = 8,
    FINE_SLOTS = 1 << FINE_BITS,
    COARSE_SLOTS = 1 << COARSE_BITS,
    SLOTS = FINE_SLOTS + (LEVELS - 1) * COARSE_SLOTS,
    WORD_BITS = 64,
};

static const struct level {
    unsigned shift; /* a slot is 2^shift ticks */
    unsigned slots;
    unsigned first; /* among the slots of all */
} levels[LEVELS] = {
    {0, FINE_SLOTS, 0},
    {FINE_BITS, COARSE_SLOTS, FINE_SLOTS},
    {FINE_BITS + COARSE_BITS, COARSE_SLOTS, FINE_SLOTS + COARSE_SLOTS},
    {FINE_BITS + 2 * COARSE_BITS, COARSE_SLOTS, FINE_SLOTS + 2 * COARSE_SLOTS},
};

#define TICKS_AHEAD_MAX ((UINT64_C(1) << (FINE_BITS + (LEVELS - 1) * COARSE_BITS)) - 1)

struct sp_wheel {
    uint64_t tick; /* up to which timers were taken out */
    size_t count;
    uint64_t busy[SLOTS / WORD_BITS];
    struct sp_timer slots[SLOTS]; /* ring heads; their `due` is not used */
};

/* The tick at whose beginning a timer's time has come. */
static uint64_t tick_of(sp_time due)
{
    return due <= 0 ? 0 : (uint64_t)(due / TICK) + (due % TICK != 0);
}

/* The slot of a tick, among those of its level. */
static unsigned slot_of(uint64_t tick, const struct level *level)
{
    return (unsigned)(tick >> level->shift) % level->slots;
}

static struct sp_timer *head_of(struct sp_wheel *wheel, uint64_t tick, const struct level *level)
{
    return &wheel->slots[level->first + slot_of(tick, level)];
}

static bool is_empty(const struct sp_timer *head)
{
    return head->next == head;
}

/* Whether a tick so far ahead has a slot in this level. */
static bool reaches(const struct level *level, uint64_t ahead)
{
    return ahead >> level->shift < level->slots;
}

static void link_timer(struct sp_wheel *wheel, struct sp_timer *timer)
{
    uint64_t tick = tick_of(timer->due);
    if (tick < wheel->tick)
        tick = wheel->tick;
    if (tick - wheel->tick > TICKS_AHEAD_MAX)
        tick = wheel->tick + TICKS_AHEAD_MAX;
    const struct level *level = levels;
    while (!reaches(level, tick - wheel->tick))
        level++;
    struct sp_timer *head = head_of(wheel, tick, level);
    const size_t place = (size_t)(head - wheel->slots);
    timer->next = head;
    timer->prev = head->prev;
    head->prev->next = timer;
    head->prev = timer;
    wheel->busy[place / WORD_BITS] |= UINT64_C(1) << place % WORD_BITS;
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
    wheel->busy[place / WORD_BITS] &= ~(UINT64_C(1) << place % WORD_BITS);
}

enum sp_err sp_wheel_new(sp_time now, struct sp_wheel **wheel)
{
    struct sp_wheel *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->tick = now <= 0 ? 0 : (uint64_t)(now / TICK);
    for (int slot = 0; slot < SLOTS; slot++) {
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

/* How many slots after the current one the next busy slot of a level is: 1 to all, the last being
 * the current slot one turn later; 0 when none is busy. */
static unsigned slots_to_busy(const struct sp_wheel *wheel, const struct level *level)
{
    const unsigned current = slot_of(wheel->tick, level);
    for (unsigned ahead = 1; ahead <= level->slots;) {
        const unsigned place = level->first + (current + ahead) % level->slots;
        const uint64_t bits = wheel->busy[place / WORD_BITS] >> place % WORD_BITS;
        const unsigned step = WORD_BITS - place % WORD_BITS;
        if (bits != 0) {
            const unsigned found = ahead + (unsigned)__builtin_ctzll(bits);
            return found <= level->slots ? found : 0;
        }
        ahead += step;
    }
    return 0;
}

/* The next tick at which a slot of any wheel begins that holds timers; `limit` when none before. */
static uint64_t next_busy_tick(const struct sp_wheel *wheel, uint64_t limit)
{
    uint64_t earliest = limit;
    for (const struct level *level = levels; level < levels + LEVELS; level++) {
        const unsigned ahead = slots_to_busy(wheel, level);
        if (ahead == 0)
            continue;
        const uint64_t tick = ((wheel->tick >> level->shift) + ahead) << level->shift;
        if (tick < earliest)
            earliest = tick;
    }
    return earliest;
}

/* Begins a tick: coarse slots whose time begins with it give their timers to the finer wheels. */
static void begin_tick(struct sp_wheel *wheel, uint64_t tick)
{
    wheel->tick = tick;
    for (int i = 1; i < LEVELS && slot_of(tick, &levels[i - 1]) == 0; i++) {
        struct sp_timer *head = head_of(wheel, tick, &levels[i]);
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
        struct sp_timer *head = head_of(wheel, wheel->tick, levels);
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

struct sp_timer *sp_wheel_peek(const struct sp_wheel *wheel)
{
    const struct sp_timer *head = &wheel->slots[slot_of(wheel->tick, levels)];
    return is_empty(head) ? NULL : head->next;
}

sp_time sp_wheel_next(const struct sp_wheel *wheel)
{
    if (wheel->count == 0)
        return SP_TIME_NEVER;
    if (!is_empty(&wheel->slots[slot_of(wheel->tick, levels)]))
        return (sp_time)wheel->tick * TICK;
    const uint64_t tick = next_busy_tick(wheel, UINT64_MAX);
    return tick > (uint64_t)(SP_TIME_NEVER / TICK) ? SP_TIME_NEVER : (sp_time)tick * TICK;
}

size_t sp_wheel_count(const struct sp_wheel *wheel)
{
    return wheel->count;
}

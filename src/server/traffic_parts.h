/* SPDX-License-Identifier: Apache-2.0
 *
 * The traffic from within, for the two files that are one: traffic.c (counts) and traffic_kept.c
 * (the last transactions).
 */
#ifndef SP_SERVER_TRAFFIC_PARTS_H
#define SP_SERVER_TRAFFIC_PARTS_H

#include "server/traffic.h"

enum {
    SP_KEPT_MAX = 256,   /* transactions */
    SP_KEPT_NEAR = 2048, /* a power of two */
};

/* The last transactions; `keys` and `codes` beside them so that a search reads little. Two keys
 * that share a place in `near` put each other out of it: one of them begins another ladder. */
struct sp_kept {
    uint64_t last;               /* number given out */
    uint16_t near[SP_KEPT_NEAR]; /* by a part of the key: where it may be, + 1 */
    uint64_t keys[SP_KEPT_MAX];
    uint64_t numbers[SP_KEPT_MAX]; /* 0: the place is free */
    uint16_t codes[SP_KEPT_MAX];
    uint16_t held[SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES]; /* how many of each code; 0: no code yet */
    sp_time due[SP_TRAFFIC_FIRST + SP_TRAFFIC_CODES];   /* from when on an answer that is given at
                                                           once is kept */
    struct sp_traffic_transaction list[SP_KEPT_MAX];
};

void sp_kept_note(struct sp_kept *kept, const struct sp_traffic_message *message, sp_time now);

/* Adds those with the view's code to it. */
void sp_kept_show(const struct sp_kept *kept, struct sp_traffic_view *view);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Draws a ladder line by line: a lane for each party, an arrow for each message, notes between
 * them. It knows nothing of SIP. A party that appears late gets its lane when it appears, and the
 * heads are drawn again.
 *
 *            caller                        127.0.0.1:5060
 *               │                                 │
 *        0.000  │─── INVITE ─────────────────────►│
 *        0.001  │◄────────── 301 Moved Permanently│
 */
#ifndef SP_BASE_LADDER_H
#define SP_BASE_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/span.h"
#include "signpost/base/writer.h"

enum {
    SP_LADDER_LANES_MAX = 8,
    SP_LADDER_NAME_MAX = 64,   /* octets of a lane's name; the rest is cut */
    SP_LADDER_WIDTH_MAX = 200, /* columns */
};

enum sp_tone {
    SP_TONE_PLAIN,
    SP_TONE_GOOD,
    SP_TONE_CHANGE,
    SP_TONE_BAD,
};

struct sp_ladder {
    size_t width;  /* columns of the paper */
    bool is_ascii; /* no box-drawing characters */
    bool has_colour;
    size_t lane_count;
    char names[SP_LADDER_LANES_MAX][SP_LADDER_NAME_MAX];
    size_t name_lens[SP_LADDER_LANES_MAX];
};

struct sp_ladder_arrow {
    size_t from, to; /* lanes */
    struct sp_span label;
    int64_t at_ms; /* since the start; negative: no time is drawn */
    enum sp_tone tone;
};

/* An empty ladder, `width` columns wide (40 to SP_LADDER_WIDTH_MAX, brought into that range). */
void sp_ladder_init(struct sp_ladder *ladder, size_t width, bool is_ascii, bool has_colour);

/* The lane of that name; a new one when there is none, and then `is_new` is true and the heads
 * should be drawn. When there are SP_LADDER_LANES_MAX already it is the last one, shared. */
size_t sp_ladder_lane(struct sp_ladder *ladder, struct sp_span name, bool *is_new);

/* Each writes whole lines. */
void sp_ladder_write_heads(const struct sp_ladder *ladder, struct sp_writer *writer);
void sp_ladder_write_arrow(const struct sp_ladder *ladder, const struct sp_ladder_arrow *arrow,
                           struct sp_writer *writer);
void sp_ladder_write_note(const struct sp_ladder *ladder, struct sp_span note,
                          struct sp_writer *writer);

#endif

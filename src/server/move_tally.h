/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker's own count of what came of using moves, so that a call costs no letter. It is handed
 * over now and then, and when it is full.
 */
#ifndef SP_SERVER_MOVE_TALLY_H
#define SP_SERVER_MOVE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "service/moves.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/sip/uri.h"

enum {
    SP_MOVE_TALLY_ROWS = 64,
};

struct sp_move_tally {
    size_t count;
    sp_time due; /* when it is to be handed over; SP_TIME_NEVER: it is empty */
    struct sp_move_tally_row {
        enum sp_moves_outcome outcome;
        uint32_t times;
        uint16_t key_len;
        char key[SP_KEY_MAX];
    } row[SP_MOVE_TALLY_ROWS];
};

void sp_move_tally_init(struct sp_move_tally *tally);

/* Counts one. False: it is due, since it is full, has waited ten seconds, or has counted something
 * else than a success: hand its rows over and empty it with sp_move_tally_init. What finds it full
 * is not counted. */
bool sp_move_tally_add(struct sp_move_tally *tally, struct sp_span key,
                       enum sp_moves_outcome outcome, sp_time now);

#endif

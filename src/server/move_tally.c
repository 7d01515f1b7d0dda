/* SPDX-License-Identifier: Apache-2.0
 *
 * A short list of keys with counts, searched from its end: the same few are used again and again.
 */
#include "server/move_tally.h"

#include <string.h>

static const sp_time kept = 10 * SP_SECOND; /* how long counts wait to be handed over */

void sp_move_tally_init(struct sp_move_tally *tally)
{
    tally->count = 0;
    tally->due = SP_TIME_NEVER;
}

static struct sp_move_tally_row *find_row(struct sp_move_tally *tally, struct sp_span key,
                                          enum sp_moves_outcome outcome)
{
    for (size_t i = tally->count; i > 0; i--) {
        struct sp_move_tally_row *row = &tally->row[i - 1];
        if (row->outcome == outcome && sp_span_equal(sp_span(row->key, row->key_len), key))
            return row;
    }
    return NULL;
}

bool sp_move_tally_add(struct sp_move_tally *tally, struct sp_span key,
                       enum sp_moves_outcome outcome, sp_time now)
{
    struct sp_move_tally_row *row = find_row(tally, key, outcome);
    if (row == NULL && tally->count < SP_MOVE_TALLY_ROWS && key.len <= sizeof row->key) {
        row = &tally->row[tally->count++];
        row->outcome = outcome;
        row->times = 0;
        row->key_len = (uint16_t)key.len;
        memcpy(row->key, key.ptr, key.len);
    }
    if (row != NULL)
        row->times += row->times < UINT32_MAX;
    if (tally->due == SP_TIME_NEVER)
        tally->due = now + kept;
    if (outcome != SP_MOVES_SERVED || tally->count == SP_MOVE_TALLY_ROWS)
        tally->due = now;
    return tally->due > now;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What an operator does to moves: to one, to all that a peer has taught, to all that were learned
 * since a moment, or to all at once. Every change is a line of the log that bears his name.
 */
#ifndef SP_SERVER_MOVE_CHANGE_H
#define SP_SERVER_MOVE_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "service/moves.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/time.h"
#include "signpost/sip/uri.h"
#include "store/store.h"

enum sp_move_order {
    SP_MOVE_APPROVE, /* suggestions become moves */
    SP_MOVE_UNDO,    /* moves and suggestions are forgotten; the next call asks the old address */
    SP_MOVE_SUSPEND, /* moves are set aside, and not learned again */
    SP_MOVE_RESUME,  /* suspended and suspect ones are used again */
    SP_MOVE_ORDER_COUNT,
};

struct sp_move_change {
    enum sp_move_order order;
    struct sp_span who; /* "operator ann" */
    struct sp_wall now;
    const struct sp_key_rules *key_rules;
    /* Which: one of these. Nothing at all is an error of ours. */
    struct sp_span key;  /* absent: not by key */
    struct sp_span peer; /* absent: not by peer */
    bool has_since;      /* learned or approved at `since` or later */
    struct sp_wall since;
    bool is_all; /* of SUSPEND and RESUME only: the whole lot, by one switch */
};

/* What came of it. */
struct sp_move_changed {
    uint64_t done;
    uint64_t refused;
    char why[SP_MOVES_REASON_MAX + 1];    /* of the first that was refused */
    uint64_t damaged;                     /* records that can't be read: passed over */
    char damaged_key[SP_KEY_MAX * 4 + 1]; /* of the first of them, escaped */
};

/* Carries an order out, in as many transactions as it takes. What a damaged record says nobody
 * knows: UNDO by its key removes it, every other order passes it over. Errors: SP_ERR_ABSENT
 * (nothing that the order is for), those of a write; `changed` then says how far it came. */
SP_MUST_USE enum sp_err sp_move_change(struct sp_store *store, const struct sp_move_change *change,
                                       struct sp_move_changed *changed);

#endif

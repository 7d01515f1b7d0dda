/* SPDX-License-Identifier: Apache-2.0
 *
 * What workers tell the writer of moves, as octets: all in one piece, nothing pointing out of it.
 */
#ifndef SP_SERVER_MOVE_LETTER_H
#define SP_SERVER_MOVE_LETTER_H

#include <stddef.h>

#include "service/moves.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

enum sp_move_letter_kind {
    SP_MOVE_LETTER_PROOF,
    SP_MOVE_LETTER_USES,
};

struct sp_move_letter {
    enum sp_move_letter_kind kind;
    struct sp_moves_proof proof; /* of a PROOF; its spans point into the letter */
    struct sp_span key;          /* of USES */
    enum sp_moves_outcome outcome;
    uint32_t times;
};

enum {
    /* octets at most: the struct, the URI asked for, the Call-ID, all Contacts */
    SP_MOVE_LETTER_MAX = sizeof(struct sp_move_letter) + SP_MOVES_URI_MAX + SP_MOVE_CALL_ID_MAX +
                         SP_ROUTE_TARGETS_MAX * SP_MOVES_URI_MAX,
};

/* Writes a letter. A Contact that is too long to be kept is left out, a Call-ID cut. Errors:
 * SP_ERR_FULL; SP_ERR_RANGE (the URI asked for is too long to be in any table). */
SP_MUST_USE enum sp_err sp_move_letter_write(struct sp_writer *writer,
                                             const struct sp_move_letter *letter);

/* Reads what was written, in this process; views into `octets`. */
void sp_move_letter_read(struct sp_span octets, struct sp_move_letter *letter);

#endif

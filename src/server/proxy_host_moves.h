/* SPDX-License-Identifier: Apache-2.0
 *
 * What proxied requests have to do with learned moves: they use them, count what came of it, and
 * teach new ones.
 */
#ifndef SP_SERVER_PROXY_HOST_MOVES_H
#define SP_SERVER_PROXY_HOST_MOVES_H

#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/proxy/action.h"

struct sp_engine;
struct sp_host_moves; /* opaque */

/* Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_host_moves_new(struct sp_host_moves **moves);
void sp_host_moves_free(struct sp_host_moves **moves);

struct sp_host_moves_question {
    uint64_t context;         /* that is about to begin */
    const struct sp_uri *uri; /* that it asks for */
    uint16_t own_port;        /* that it came to: a URI with it means one without */
};

/* Where the moves say that an address is now, and how many such targets; 0: they say nothing, or
 * the old address is asked again. The texts are views into the store, until the turn ends. */
size_t sp_host_moves_use(struct sp_engine *engine, struct sp_host_moves *moves,
                         const struct sp_host_moves_question *question,
                         struct sp_proxy_known known[SP_PROXY_KNOWN_MAX]);

/* SP_PROXY_TRIED: counted to the move that named the target. */
void sp_host_moves_tried(struct sp_engine *engine, struct sp_host_moves *moves,
                         const struct sp_proxy_action *action);

/* SP_PROXY_REDIRECTED: told to the writer, when the peer that was asked may teach. */
void sp_host_moves_learn(struct sp_engine *engine, const struct sp_proxy_action *action);

/* SP_PROXY_ENDED. */
void sp_host_moves_forget(struct sp_host_moves *moves, uint64_t context);

#endif

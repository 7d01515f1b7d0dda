/* SPDX-License-Identifier: Apache-2.0
 *
 * What one call leaves for the calls after it: who was told by a 301 to call elsewhere, and who was
 * asked by a 3xx or a 422 to try again. The latest SP_RECALL_MAX are remembered.
 */
#ifndef SP_TRACE_RECALL_H
#define SP_TRACE_RECALL_H

#include <stdint.h>

#include "base/siphash.h"
#include "trace/call.h"

enum {
    SP_RECALL_MAX = 1024
};

struct sp_recall_row {
    uint64_t hash; /* of who was told, about which URI, and what kind of row it is */
    struct sp_trace_recall recall;
};

struct sp_recalls {
    struct sp_hash_key key;
    size_t next; /* the row that is overwritten next */
    struct sp_recall_row rows[SP_RECALL_MAX];
};

/* Keeps what a response to an INVITE tells, if it tells something. */
void sp_recall_note(struct sp_recalls *recalls, const struct sp_trace_call *call,
                    const struct sp_trace_message *response);

/* Fills in what is known when the first INVITE of a call comes. */
void sp_recall_ask(const struct sp_recalls *recalls, struct sp_trace_call *call,
                   const struct sp_trace_message *invite);

#endif

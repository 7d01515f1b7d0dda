/* SPDX-License-Identifier: Apache-2.0
 *
 * What a connection could not send yet: octets in blocks of a slab that all connections of a loop
 * share.
 */
#ifndef SP_NET_TCP_QUEUE_H
#define SP_NET_TCP_QUEUE_H

#include <stddef.h>
#include <sys/uio.h>

#include "base/slab.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum {
    SP_TCP_BLOCK_OCTETS = 16 << 10,
    SP_TCP_QUEUE_PARTS = 16, /* blocks that leave with one system call */
};

struct sp_tcp_block; /* opaque */

struct sp_tcp_queue {
    struct sp_tcp_block *first, *last;
    size_t octets;
};

/* Blocks for `octets` in all. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_tcp_blocks_new(size_t octets, struct sp_slab **blocks);

/* Puts octets at the end, all or none. Errors: SP_ERR_FULL (no block is left). */
SP_MUST_USE enum sp_err sp_tcp_queue_put(struct sp_tcp_queue *queue, struct sp_slab *blocks,
                                         struct sp_span octets);

/* The front of the queue, for writev(2). */
int sp_tcp_queue_parts(const struct sp_tcp_queue *queue, struct iovec parts[SP_TCP_QUEUE_PARTS]);

/* The first `count` octets are gone. */
void sp_tcp_queue_drop(struct sp_tcp_queue *queue, struct sp_slab *blocks, size_t count);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain of blocks; the last one is filled up before another is taken.
 */
#include "net/tcp_queue.h"

#include <stdint.h>
#include <string.h>

struct sp_tcp_block {
    struct sp_tcp_block *next;
    size_t from, to; /* of `octets`: what is in */
    char octets[SP_TCP_BLOCK_OCTETS];
};

enum sp_err sp_tcp_blocks_new(size_t octets, struct sp_slab **blocks)
{
    return sp_slab_new("tcp block", sizeof(struct sp_tcp_block),
                       (octets + SP_TCP_BLOCK_OCTETS - 1) / SP_TCP_BLOCK_OCTETS, blocks);
}

static size_t room_at_end(const struct sp_tcp_queue *queue)
{
    return queue->last == NULL ? 0 : SP_TCP_BLOCK_OCTETS - queue->last->to;
}

static void add_block(struct sp_tcp_queue *queue, struct sp_tcp_block *block)
{
    if (queue->last == NULL)
        queue->first = block;
    else
        queue->last->next = block;
    queue->last = block;
}

enum sp_err sp_tcp_queue_put(struct sp_tcp_queue *queue, struct sp_slab *blocks,
                             struct sp_span octets)
{
    const size_t left = (sp_slab_max(blocks) - sp_slab_used(blocks)) * SP_TCP_BLOCK_OCTETS;
    if (octets.len > room_at_end(queue) + left)
        return SP_ERR_FULL;
    while (octets.len > 0) {
        if (room_at_end(queue) == 0)
            add_block(queue, sp_slab_take(blocks));
        struct sp_tcp_block *const block = queue->last;
        const struct sp_span part = sp_span_first(octets, SP_TCP_BLOCK_OCTETS - block->to);
        memcpy(block->octets + block->to, part.ptr, part.len);
        block->to += part.len;
        queue->octets += part.len;
        octets = sp_span_after(octets, part.len);
    }
    return SP_OK;
}

int sp_tcp_queue_parts(const struct sp_tcp_queue *queue, struct iovec parts[SP_TCP_QUEUE_PARTS])
{
    int count = 0;
    for (struct sp_tcp_block *block = queue->first; block != NULL && count < SP_TCP_QUEUE_PARTS;
         block = block->next)
        parts[count++] = (struct iovec){block->octets + block->from, block->to - block->from};
    return count;
}

void sp_tcp_queue_drop(struct sp_tcp_queue *queue, struct sp_slab *blocks, size_t count)
{
    while (queue->first != NULL && count > 0) {
        struct sp_tcp_block *block = queue->first;
        const size_t has = block->to - block->from;
        const size_t gone = count < has ? count : has;
        block->from += gone;
        queue->octets -= gone;
        count -= gone;
        if (block->from < block->to)
            return;
        queue->first = block->next;
        if (queue->first == NULL)
            queue->last = NULL;
        sp_slab_give(blocks, (void **)&block);
    }
}

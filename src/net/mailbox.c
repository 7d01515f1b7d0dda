/* SPDX-License-Identifier: Apache-2.0
 *
 * Two halves of one size: senders fill one under a lock, the loop's thread reads the other without.
 * When it is woken it exchanges them, so the lock is held for a copy or an exchange only.
 */
#include "net/mailbox.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "net/loop_uv.h"

/* Before each letter: how long it is. */
struct header {
    alignas(max_align_t) size_t len;
};

struct sp_mailbox {
    uv_async_t async;
    uv_mutex_t lock; /* over filling, fill_used */
    char *filling, *reading;
    size_t fill_used;
    size_t size;
    sp_mailbox_receive *receive;
    void *context;
};

static size_t aligned(size_t size)
{
    return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void woken(uv_async_t *async)
{
    struct sp_mailbox *mailbox = async->data;
    uv_mutex_lock(&mailbox->lock);
    char *const letters = mailbox->filling;
    const size_t used = mailbox->fill_used;
    mailbox->filling = mailbox->reading;
    mailbox->reading = letters;
    mailbox->fill_used = 0;
    uv_mutex_unlock(&mailbox->lock);

    for (size_t at = 0; at < used;) {
        struct header header;
        memcpy(&header, letters + at, sizeof header);
        at += sizeof header;
        mailbox->receive(mailbox->context, sp_span(letters + at, header.len));
        at += aligned(header.len);
    }
}

static void free_memory(struct sp_mailbox *mailbox)
{
    free(mailbox->filling);
    free(mailbox->reading);
    free(mailbox);
}

enum sp_err sp_mailbox_new(struct sp_loop *loop, size_t size, sp_mailbox_receive *receive,
                           void *context, struct sp_mailbox **mailbox)
{
    struct sp_mailbox *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->size = size;
    made->receive = receive;
    made->context = context;
    made->filling = malloc(size);
    made->reading = malloc(size);
    if (made->filling == NULL || made->reading == NULL) {
        free_memory(made);
        return SP_ERR_MEMORY;
    }
    if (uv_async_init(sp_loop_uv(loop), &made->async, woken) != 0) {
        free_memory(made);
        return SP_ERR_IO;
    }
    SP_CHECK(uv_mutex_init(&made->lock) == 0);
    made->async.data = made;
    *mailbox = made;
    return SP_OK;
}

static void closed(uv_handle_t *handle)
{
    struct sp_mailbox *mailbox = handle->data;
    uv_mutex_destroy(&mailbox->lock);
    free_memory(mailbox);
}

void sp_mailbox_free(struct sp_mailbox **mailbox)
{
    if (*mailbox == NULL)
        return;
    uv_close((uv_handle_t *)&(*mailbox)->async, closed);
    *mailbox = NULL;
}

static void append(struct sp_mailbox *mailbox, struct sp_span head, struct sp_span rest)
{
    const struct header header = {.len = head.len + rest.len};
    char *const to = mailbox->filling + mailbox->fill_used;
    memcpy(to, &header, sizeof header);
    memcpy(to + sizeof header, head.ptr, head.len);
    if (rest.len > 0)
        memcpy(to + sizeof header + head.len, rest.ptr, rest.len);
    mailbox->fill_used += sizeof header + aligned(header.len);
}

enum sp_err sp_mailbox_put(struct sp_mailbox *mailbox, struct sp_span head, struct sp_span rest)
{
    const size_t needed = sizeof(struct header) + aligned(head.len + rest.len);
    uv_mutex_lock(&mailbox->lock);
    const bool fits = needed <= mailbox->size - mailbox->fill_used;
    if (fits)
        append(mailbox, head, rest);
    uv_mutex_unlock(&mailbox->lock);
    if (!fits)
        return SP_ERR_FULL;
    SP_CHECK(uv_async_send(&mailbox->async) == 0);
    return SP_OK;
}

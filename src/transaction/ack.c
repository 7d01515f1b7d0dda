/* SPDX-License-Identifier: Apache-2.0
 *
 * The message that is kept was read when it came; what an ACK wants of it is read again.
 */
#include "transaction/ack.h"

#include "base/check.h"
#include "signpost/base/writer.h"
#include "signpost/sip/request.h"

static enum sp_err read_kept(const struct sp_kept *kept, struct sp_arena *arena,
                             struct sp_message *message)
{
    struct sp_fault fault;
    return sp_message_parse(sp_span(kept->ptr, kept->len), SP_FRAMING_DATAGRAM, kept->len, arena,
                            message, &fault);
}

enum sp_err sp_txn_write_ack(const struct sp_kept *invite, const struct sp_message *answer,
                             struct sp_arena *arena, struct sp_span *ack)
{
    enum {
        ACK_MORE = 512 /* the answer's To may be longer than the INVITE's; all else is copied */
    };
    struct sp_message message;
    struct sp_writer writer;
    SP_CHECK(answer != NULL);
    const size_t max = invite->len + answer->octets.len + ACK_MORE;
    char *octets = sp_arena_alloc(arena, max);
    if (octets == NULL)
        return SP_ERR_FULL;
    const enum sp_err err = read_kept(invite, arena, &message);
    if (err != SP_OK)
        return err;
    sp_writer_init(&writer, octets, max);
    sp_request_write_ack(&writer, &message, answer);
    return sp_writer_end(&writer, ack);
}

bool sp_txn_acknowledges(const struct sp_kept *response, struct sp_message *ack,
                         struct sp_arena *arena)
{
    struct sp_message message;
    const size_t mark = sp_arena_mark(arena);
    const bool is_equal = response->ptr != NULL && read_kept(response, arena, &message) == SP_OK &&
                          sp_span_equal(sp_message_to_tag(&message), sp_message_to_tag(ack));
    sp_arena_rewind(arena, mark);
    return is_equal;
}

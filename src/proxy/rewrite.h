/* SPDX-License-Identifier: Apache-2.0
 *
 * A message sent on as it came but for a few fields: spans of the received octets are copied
 * between the places that change, in one pass. Order, unknown fields, folding and the body stay
 * (RFC 3261 §16.6 step 1).
 */
#ifndef SP_PROXY_REWRITE_H
#define SP_PROXY_REWRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/writer.h"
#include "signpost/sip/message.h"

enum {
    SP_EDITS_MAX = 12,
};

/* What is to be changed; a cleared one changes nothing. The values stay their owner's. */
struct sp_edits {
    const struct sp_address *source; /* of a request: its top Via gets received and rport */
    bool drops_via;                  /* of a response: its top Via goes (RFC 3261 §16.7 step 3) */
    size_t count;
    struct sp_edit {
        enum sp_header id;
        struct sp_span value;
    } list[SP_EDITS_MAX];
    uint64_t has[(SP_HEADER_COUNT + 63) / 64]; /* a bit for each id in the list */
};

/* Fields of that kind are replaced by one with this value, in the place of the first, or behind all
 * fields when there is none. An absent value takes them out. `id` is not SP_HEADER_OTHER or Via,
 * and is not edited twice. */
void sp_edit(struct sp_edits *edits, enum sp_header id, struct sp_span value);

/* The fields, without the empty line behind them; the start line and fields that stand before all
 * are in the writer already. */
void sp_rewrite_fields(struct sp_writer *writer, struct sp_message *message,
                       const struct sp_edits *edits);

/* Content-Length where there is none (RFC 3261 §16.6 step 9), the empty line and the body. */
void sp_rewrite_end(struct sp_writer *writer, const struct sp_message *message);

#endif

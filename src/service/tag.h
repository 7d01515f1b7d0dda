/* SPDX-License-Identifier: Apache-2.0
 *
 * The To tag of a stateless answer (RFC 3261 §8.2.7): a keyed hash of what names the transaction,
 * so a retransmission gets the same tag with nothing remembered, and an ACK that bears it is known
 * to be ours.
 */
#ifndef SP_SERVICE_TAG_H
#define SP_SERVICE_TAG_H

#include <stdbool.h>

#include "base/siphash.h"
#include "signpost/base/span.h"
#include "signpost/sip/message.h"

enum {
    SP_TAG_LEN = 16
};

/* The tag for a request: 16 hexadecimal digits from sent-by and branch of the top Via, the Call-ID,
 * the From tag and the CSeq number. What the request lacks counts as empty. */
struct sp_tag {
    char text[SP_TAG_LEN];
};
struct sp_tag sp_tag_of(const struct sp_hash_key *key, struct sp_message *request);

static inline struct sp_span sp_tag_span(const struct sp_tag *tag)
{
    return sp_span(tag->text, SP_TAG_LEN);
}

/* Whether a request's To tag is the one that its own transaction would get from us. */
bool sp_tag_is_ours(const struct sp_hash_key *key, struct sp_message *request);

#endif

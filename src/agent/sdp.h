/* SPDX-License-Identifier: Apache-2.0
 *
 * As much SDP (RFC 4566, RFC 3264) as a call without sound needs: one audio stream, PCMU, inactive,
 * so that nobody sends media; and an answer that matches any offer.
 */
#ifndef SP_AGENT_SDP_H
#define SP_AGENT_SDP_H

#include <stdint.h>

#include "signpost/base/address.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

/* `session` is the id in the origin; its version never changes, because we never change anything
 * (RFC 4028 §7.4). */
void sp_sdp_write_offer(struct sp_writer *writer, const struct sp_address *local, uint64_t session);

/* As many streams as the offer has (RFC 3264 §6): the first audio stream over RTP/AVP is taken, as
 * inactive, the others are refused with port 0. */
void sp_sdp_write_answer(struct sp_writer *writer, const struct sp_address *local, uint64_t session,
                         struct sp_span offer);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether octets are SIP, by how they begin and on whatever port: a few comparisons for what is
 * something else. And where a message over TCP ends (RFC 3261 §18.3).
 */
#ifndef SP_TRACE_SNIFF_H
#define SP_TRACE_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

/* Without the CR and LF at their front, which keep connections alive (RFC 5626 §3.5.1). */
struct sp_span sp_sniff_skip(struct sp_span octets);

/* Whether a message begins here: "SIP/2.0 ", or a method, a blank and a sip, sips or tel URI or
 * whatever ends its line with a version of SIP. */
bool sp_sniff_is_sip(struct sp_span octets);

/* The same of octets that more may follow: also true for the front of a method that is known. */
bool sp_sniff_may_be_sip(struct sp_span octets);

/* The length of the message that begins here, by its Content-Length; without one that can be read
 * it ends with its header section. `scanned` is the caller's, 0 for a new message, and keeps where
 * the search for the empty line goes on. Errors: SP_PARTIAL (more octets are needed). */
SP_MUST_USE enum sp_err sp_sniff_length(struct sp_span octets, size_t *scanned, size_t *len);

/* The first place behind `from` where a line begins that could begin a message; the length of the
 * octets when there is none. */
size_t sp_sniff_resume(struct sp_span octets, size_t from);

#endif

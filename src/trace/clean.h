/* SPDX-License-Identifier: Apache-2.0
 *
 * Octets from the wire as text that any reader takes: UTF-8 without controls. What is neither
 * becomes U+FFFD, so nobody's terminal, table or page obeys a capture.
 */
#ifndef SP_TRACE_CLEAN_H
#define SP_TRACE_CLEAN_H

#include "signpost/base/span.h"
#include "signpost/base/writer.h"

void sp_clean_write(struct sp_writer *writer, struct sp_span octets);

/* No more than `max` octets of it, with an ellipsis behind what is cut. */
void sp_clean_write_first(struct sp_writer *writer, struct sp_span octets, size_t max);

/* The same with the line ends of a message: CRLF becomes LF, and tabs stay. */
void sp_clean_write_lines(struct sp_writer *writer, struct sp_span octets);

#endif

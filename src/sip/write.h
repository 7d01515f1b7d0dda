/* SPDX-License-Identifier: Apache-2.0
 *
 * What writing requests and responses have in common.
 */
#ifndef SP_SIP_WRITE_H
#define SP_SIP_WRITE_H

#include "signpost/base/writer.h"
#include "signpost/sip/message.h"
#include "signpost/sip/response.h"

/* As sp_write_field, for values that came out of a parsed message: the reader has seen to it that
 * their control octets are inside quoted strings, where they belong to what was said. */
void sp_write_copied(struct sp_writer *writer, enum sp_header id, struct sp_span value);

/* The first field of a kind as it is in `from`; nothing when it is not there. */
void sp_write_first_of(struct sp_writer *writer, const struct sp_message *from, enum sp_header id);

/* All fields of a kind as they are in `from`, in order. */
void sp_write_all_of(struct sp_writer *writer, const struct sp_message *from, enum sp_header id);

/* The first value of a kind that may have several; nothing when there is none to be read. */
void sp_write_top_of(struct sp_writer *writer, const struct sp_message *from, enum sp_header id);

/* A Via value with received and rport as they are for a request that came from `source` (RFC 3261
 * §18.2.1, RFC 3581 §4). */
void sp_write_via_from(struct sp_writer *writer, const struct sp_via *via,
                       const struct sp_address *source);

/* Content-Type (when present), Content-Length, the empty line, the body. */
void sp_write_body(struct sp_writer *writer, struct sp_span content_type, struct sp_span body);

/* Text of a start line, which can't be folded or quoted: SP_ERR_SYNTAX when it has a control octet.
 */
void sp_write_plain(struct sp_writer *writer, struct sp_span text);

#endif

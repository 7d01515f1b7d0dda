/* SPDX-License-Identifier: Apache-2.0
 *
 * The first line of a message: Request-Line or Status-Line (RFC 3261 §7.1, §7.2).
 */
#ifndef SP_SIP_START_LINE_H
#define SP_SIP_START_LINE_H

#include "signpost/sip/message.h"

/* Reads the line into `message`. When it is not as it should be but can be told for a SIP request,
 * the method is set and `fault` has what to answer; when it can't, fault->status is 0. Errors:
 * SP_ERR_SYNTAX, SP_ERR_RANGE. */
SP_MUST_USE enum sp_err sp_start_line_parse(struct sp_span line, struct sp_message *message,
                                            struct sp_fault *fault);

#endif

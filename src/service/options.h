/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server answers to requests that are for itself, not for somebody in one of its domains
 * (RFC 3261 §8.2, §11.2): 200 to OPTIONS, 405 or 501 to other methods, 420 to what it is required
 * to know and does not, 400 to a Require that cannot be read.
 */
#ifndef SP_SERVICE_OPTIONS_H
#define SP_SERVICE_OPTIONS_H

#include "signpost/base/writer.h"
#include "signpost/sip/message.h"
#include "signpost/sip/response.h"

/* The status for a request to ourselves that is no ACK. A CANCEL finds no transaction here: 481. */
uint16_t sp_options_decide(const struct sp_message *request);

/* Writes the whole response of sp_options_decide's status; `head` has everything but the status. */
void sp_options_write(struct sp_writer *writer, const struct sp_response_head *head,
                      uint16_t status);

#endif

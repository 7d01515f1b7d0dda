/* SPDX-License-Identifier: Apache-2.0
 *
 * The example of a code: its messages as a ladder, then one by one.
 */
#ifndef SP_REFERENCE_EXAMPLE_H
#define SP_REFERENCE_EXAMPLE_H

#include "reference/flow.h"
#include "signpost/reference/code.h"

/* "INVITE" of a request, "301 Moved Permanently" of a response. */
struct sp_span sp_example_label(const struct sp_reference_message *message);

void sp_example_write(const struct sp_flow *flow, struct sp_span example);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts about a code as a block of labels and values.
 */
#ifndef SP_REFERENCE_FACT_H
#define SP_REFERENCE_FACT_H

#include "reference/flow.h"
#include "signpost/reference/code.h"

/* A line for each fact there is, the values below each other. */
void sp_fact_block(const struct sp_flow *flow, const struct sp_reference_code *page);

#endif

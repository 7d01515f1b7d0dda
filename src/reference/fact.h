/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts about a code in words: each as a label and a value, or all of them as a block.
 */
#ifndef SP_REFERENCE_FACT_H
#define SP_REFERENCE_FACT_H

#include "reference/flow.h"
#include "signpost/reference/code.h"

/* The facts, those of the block in its order. */
enum sp_fact {
    SP_FACT_CLASS,
    SP_FACT_OUTCOME,
    SP_FACT_SENDERS,
    SP_FACT_METHODS,
    SP_FACT_HEADERS,
    SP_FACT_RETRY,
    SP_FACT_ENDS,
    SP_FACT_Q850,
    SP_FACT_DEFINED,
    SP_FACT_STANDING,
    SP_FACT_RELATED,
    SP_FACT_BLOCK_COUNT,
    SP_FACT_SECTIONS = SP_FACT_BLOCK_COUNT, /* further ones; a page lists them elsewhere */
    SP_FACT_COUNT
};

struct sp_span sp_fact_label(enum sp_fact fact, enum sp_language language);

/* The value on one line; nothing when the code has none. */
void sp_fact_value(enum sp_fact fact, struct sp_writer *writer,
                   const struct sp_reference_code *page, enum sp_language language);

/* The columns that the longest label takes, and the gap behind it. */
size_t sp_fact_columns(enum sp_language language);

/* A line for each fact there is, the values below each other. */
void sp_fact_block(const struct sp_flow *flow, const struct sp_reference_code *page);

#endif

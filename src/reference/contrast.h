/* SPDX-License-Identifier: Apache-2.0
 *
 * What the facts about two codes say about the two together: first in what they differ, then what
 * they have in common, a fact at a time.
 */
#ifndef SP_REFERENCE_CONTRAST_H
#define SP_REFERENCE_CONTRAST_H

#include <stdbool.h>

#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

enum {
    SP_CONTRAST_FACTS = 11,
    SP_CONTRAST_COUNT = 2 * SP_CONTRAST_FACTS /* first the differences, then what is common */
};

/* Writes the k-th statement; false, and nothing written, when there is nothing to say. */
bool sp_contrast_write(struct sp_writer *writer, unsigned k,
                       const struct sp_reference_code *const *codes, enum sp_language language);

#endif

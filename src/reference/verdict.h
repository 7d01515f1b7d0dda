/* SPDX-License-Identifier: Apache-2.0
 *
 * Why two codes that nobody has written about are never alternatives, and what follows from each.
 */
#ifndef SP_REFERENCE_VERDICT_H
#define SP_REFERENCE_VERDICT_H

#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

/* A paragraph, and when the outcomes of the two differ an item on each. */
void sp_verdict_write(struct sp_writer *writer, const struct sp_reference_code *const *codes,
                      enum sp_language language);

#endif

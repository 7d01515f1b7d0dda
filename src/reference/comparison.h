/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said about two codes together, in the order that they were asked for: the title, the
 * opening paragraph, the differences. As text or as JSON, a page says the same.
 */
#ifndef SP_REFERENCE_COMPARISON_H
#define SP_REFERENCE_COMPARISON_H

#include <stdbool.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

struct sp_comparison {
    const struct sp_reference_code *codes[2];
    const struct sp_reference_pair *pair;
    enum sp_language language;
    unsigned told;       /* differences written so far */
    struct sp_span rest; /* of the hand-written ones */
};

/* Errors: SP_ERR_ABSENT (nothing is written about the two). */
SP_MUST_USE enum sp_err sp_comparison_init(struct sp_comparison *comparison, unsigned a, unsigned b,
                                           enum sp_language language);

/* "SIP 301 Moved Permanently vs 422 Session Interval Too Small". */
void sp_comparison_title(const struct sp_comparison *comparison, struct sp_writer *writer);

/* The opening paragraph: both classes and both summaries. */
void sp_comparison_lead(const struct sp_comparison *comparison, struct sp_writer *writer);

/* Writes the next difference, that of the classes first; false when there are no more. */
bool sp_comparison_next(struct sp_comparison *comparison, struct sp_writer *writer);

#endif

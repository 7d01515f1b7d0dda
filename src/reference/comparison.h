/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said about two codes together, in the order that they were asked for: the title, the
 * opening paragraph, the differences, and when to use which. As text or as JSON, a page says the
 * same.
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
    const struct sp_reference_pair *pair; /* NULL: nothing is written by hand about the two */
    enum sp_language language;
    unsigned told;       /* differences written or passed over so far */
    struct sp_span rest; /* of the hand-written ones */
};

/* Errors: SP_ERR_ABSENT (one of the two is not registered), SP_ERR_DUPLICATE (they are the same).
 */
SP_MUST_USE enum sp_err sp_comparison_init(struct sp_comparison *comparison, unsigned a, unsigned b,
                                           enum sp_language language);

/* "SIP 301 Moved Permanently vs 422 Session Interval Too Small". */
void sp_comparison_title(const struct sp_comparison *comparison, struct sp_writer *writer);

/* The opening paragraph: both classes and both summaries. */
void sp_comparison_lead(const struct sp_comparison *comparison, struct sp_writer *writer);

/* Writes the next difference, that of the classes first; false when there are no more. Behind the
 * differences that come from the facts stands what the two have in common. */
bool sp_comparison_next(struct sp_comparison *comparison, struct sp_writer *writer);

/* When to use which, a text of some lines. */
void sp_comparison_which(const struct sp_comparison *comparison, struct sp_writer *writer);

#endif

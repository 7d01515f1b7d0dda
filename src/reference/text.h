/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks over the texts and lists of the reference: lines of a text, items of its list, words of a
 * list of facts.
 */
#ifndef SP_REFERENCE_TEXT_H
#define SP_REFERENCE_TEXT_H

#include <stdbool.h>

#include "signpost/base/span.h"

#define SP_TEXT_ITEM "- "
#define SP_TEXT_KEPT "    "

/* Takes the next line off a text; false at its end. */
bool sp_text_next_line(struct sp_span *text, struct sp_span *line);

/* Takes the next item of a list off a text, without its dash, skipping other lines. */
bool sp_text_next_item(struct sp_span *text, struct sp_span *item);

/* Takes the next word off a list; false at its end, and for the list "-". */
bool sp_text_next_word(struct sp_span *list, struct sp_span *word);

bool sp_text_is_item(struct sp_span line);
bool sp_text_is_kept(struct sp_span line);

#endif

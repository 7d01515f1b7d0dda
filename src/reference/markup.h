/* SPDX-License-Identifier: Apache-2.0
 *
 * Text as markup: nothing of it is taken for a tag, an attribute's end or an entity, wherever it
 * stands. Tags are written by their makers, as they are.
 */
#ifndef SP_REFERENCE_MARKUP_H
#define SP_REFERENCE_MARKUP_H

#include "signpost/base/span.h"
#include "signpost/base/writer.h"

/* Text between tags or between the quotes of an attribute. A control that XML forbids becomes
 * U+FFFD; other octets are UTF-8 and stay. */
void sp_markup_text(struct sp_writer *writer, struct sp_span text);

/* The same, and what stands between backticks is code. */
void sp_markup_prose(struct sp_writer *writer, struct sp_span text);

/* All lines of a text: paragraphs, items of lists, kept lines. */
void sp_markup_block(struct sp_writer *writer, struct sp_span text);

/* <name>text</name> on a line of its own. */
void sp_markup_element(struct sp_writer *writer, const char *name, struct sp_span text);

#endif

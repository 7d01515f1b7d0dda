/* SPDX-License-Identifier: Apache-2.0
 *
 * How many columns UTF-8 text takes on a terminal: Hangul, kana and Chinese characters two, marks
 * that combine and controls none, all others one. An octet that is no UTF-8 counts as one
 * character.
 */
#ifndef SP_BASE_COLUMNS_H
#define SP_BASE_COLUMNS_H

#include <stddef.h>

#include "signpost/base/span.h"

/* Takes the next character off the front of `rest` and says how many columns it takes (0, 1 or 2).
 * Answers its octets; empty at the end. */
struct sp_span sp_columns_next(struct sp_span *rest, unsigned *columns);

/* The columns of a text without line ends. */
size_t sp_columns(struct sp_span text);

#endif

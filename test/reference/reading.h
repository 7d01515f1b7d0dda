/* SPDX-License-Identifier: Apache-2.0
 *
 * What a reader would stumble over: lines that are too long, the same word twice, a sentence in the
 * wrong language. Each fails the test that asks.
 */
#ifndef TEST_REFERENCE_READING_H
#define TEST_REFERENCE_READING_H

#include "signpost/base/span.h"

/* No line is wider than `width` columns. */
void assert_keeps_to(unsigned width, struct sp_span page);

/* "when when": the same word twice, over line ends too. */
void assert_repeats_no_word(struct sp_span page);

/* No sentence of a text is without a Hangul syllable. */
void assert_korean(struct sp_span text);

/* How many lines a text has. */
unsigned reading_lines(const char *text);

#endif

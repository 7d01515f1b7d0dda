/* SPDX-License-Identifier: Apache-2.0
 *
 * The reference's own words (data/word.tsv) in each language: headings, labels, the words for
 * facts, and sentences with places for arguments.
 */
#ifndef SP_REFERENCE_WORD_H
#define SP_REFERENCE_WORD_H

#include "signpost/base/span.h"
#include "signpost/base/table/word.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

enum sp_word {
#define SP_WORD_ENUM(key, en, ko) SP_WORD_##key,
    SP_WORD_TABLE(SP_WORD_ENUM)
#undef SP_WORD_ENUM
    SP_WORD_COUNT
};

/* The word in that language. */
struct sp_span sp_word(enum sp_word word, enum sp_language language);

/* The word for a key of data/code.tsv, which must be there: "redirect_server". */
struct sp_span sp_word_for(struct sp_span key, enum sp_language language);

/* Writes a sentence, or any text with places: {1} is the first argument. {1은} is 은 or 는,
 * whichever follows the number that the first argument begins with as it is read aloud; so are
 * {1을}, {1이}, {1과} and {1으로}. An argument that begins with no digit must end in a consonant.
 */
void sp_word_fill(struct sp_writer *writer, struct sp_span sentence,
                  const struct sp_span *arguments);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * The words around calls and findings (data/trace_word.tsv), in each language.
 */
#ifndef SP_TRACE_WORD_H
#define SP_TRACE_WORD_H

#include <stdint.h>

#include "signpost/base/span.h"
#include "signpost/base/table/trace_word.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

enum sp_trace_word {
#define SP_TRACE_WORD_ENUM(key, en, ko) SP_TRACE_WORD_##key,
    SP_TRACE_WORD_TABLE(SP_TRACE_WORD_ENUM)
#undef SP_TRACE_WORD_ENUM
    SP_TRACE_WORD_COUNT
};

struct sp_span sp_trace_word(enum sp_trace_word word, enum sp_language language);

/* A sentence with a number in it. */
void sp_trace_word_number(struct sp_writer *writer, enum sp_trace_word word, uint64_t number,
                          enum sp_language language);

/* The same with a text. */
void sp_trace_word_text(struct sp_writer *writer, enum sp_trace_word word, struct sp_span text,
                        enum sp_language language);

/* "1 call", "2 calls": of the two forms that stand one after the other, the many first. */
void sp_trace_word_count(struct sp_writer *writer, enum sp_trace_word many, uint64_t number,
                         enum sp_language language);

#endif

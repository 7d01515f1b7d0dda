/* SPDX-License-Identifier: Apache-2.0
 *
 * Words out of their table.
 */
#include "trace/word.h"

#include "reference/word.h"

static const char *const words[SP_TRACE_WORD_COUNT][SP_LANGUAGE_COUNT] = {
#define WORD(key, en, ko) {en, ko},
    SP_TRACE_WORD_TABLE(WORD)
#undef WORD
};

struct sp_span sp_trace_word(enum sp_trace_word word, enum sp_language language)
{
    return sp_span_of(words[word][language]);
}

void sp_trace_word_text(struct sp_writer *writer, enum sp_trace_word word, struct sp_span text,
                        enum sp_language language)
{
    sp_word_fill(writer, sp_trace_word(word, language), &text);
}

void sp_trace_word_number(struct sp_writer *writer, enum sp_trace_word word, uint64_t number,
                          enum sp_language language)
{
    char digits[24];
    struct sp_writer text;
    struct sp_span written = sp_span_absent();
    sp_writer_init(&text, digits, sizeof digits);
    sp_write_u64(&text, number);
    sp_ignore(sp_writer_end(&text, &written)); /* 20 digits at most */
    sp_trace_word_text(writer, word, written, language);
}

void sp_trace_word_count(struct sp_writer *writer, enum sp_trace_word many, uint64_t number,
                         enum sp_language language)
{
    const enum sp_trace_word word = number == 1 ? many + 1 : many;
    sp_trace_word_number(writer, word, number, language);
}

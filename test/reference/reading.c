/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/columns.h"
#include "reference/text.h"

void assert_keeps_to(unsigned width, struct sp_span page)
{
    struct sp_span line;
    while (sp_text_next_line(&page, &line))
        if (sp_columns(line) > width)
            fail_msg("wider than %u columns: %.*s", width, (int)line.len, line.ptr);
}

/* Lines and arrows of a ladder, U+2500 to U+25FF. */
static bool is_drawn(struct sp_span word)
{
    return sp_span_has_prefix(word, SP_SPAN("\xe2\x94")) ||
           sp_span_has_prefix(word, SP_SPAN("\xe2\x97"));
}

void assert_repeats_no_word(struct sp_span page)
{
    struct sp_span before = sp_span_absent();
    struct sp_span line;
    struct sp_span word;
    while (sp_text_next_line(&page, &line)) {
        while (sp_text_next_word(&line, &word)) {
            if (word.len == 0)
                continue; /* of an indent */
            if (is_drawn(word))
                word = sp_span_absent();
            if (word.len > 1 && sp_span_equal_nocase(word, before))
                fail_msg("twice: %.*s", (int)word.len, word.ptr);
            before = word;
        }
    }
}

/* Hangul syllables are U+AC00 to U+D7A3, which begin with 0xEA to 0xED. */
static bool has_hangul(struct sp_span sentence)
{
    for (size_t i = 0; i < sentence.len; i++) {
        const unsigned char lead = (unsigned char)sentence.ptr[i];
        if (lead >= 0xea && lead <= 0xed)
            return true;
    }
    return false;
}

/* The octets up to the first full stop that a space follows, and that stop. */
static size_t sentence_end(struct sp_span line)
{
    for (size_t i = 1; i < line.len; i++)
        if (line.ptr[i - 1] == '.' && line.ptr[i] == ' ')
            return i;
    return line.len;
}

void assert_korean(struct sp_span text)
{
    struct sp_span line;
    while (sp_text_next_line(&text, &line)) {
        while (line.len > 0) {
            const struct sp_span sentence = sp_span_first(line, sentence_end(line));
            if (!has_hangul(sentence))
                fail_msg("not Korean: %.*s", (int)sentence.len, sentence.ptr);
            line = sp_span_after(line, sentence.len + 1);
        }
    }
}

unsigned reading_lines(const char *text)
{
    struct sp_span rest = sp_span_of(text);
    struct sp_span line;
    unsigned count = 0;
    while (sp_text_next_line(&rest, &line))
        count++;
    return count;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Words and sentences, and the one piece of Korean grammar that a generated sentence needs: a
 * particle takes its form from the sound before it, and a code is read digit by digit at its end
 * (301 ends in "il", 422 in "i", 400 in "baek").
 */
#include "reference/word.h"

#include "base/check.h"

struct word {
    const char *key;
    const char *text[SP_LANGUAGE_COUNT];
};

static const struct word words[] = {
#define WORD(key, en, ko) {#key, {en, ko}},
    SP_WORD_TABLE(WORD)
#undef WORD
};

struct particle {
    struct sp_span after_consonant, after_vowel;
    const char *vowel_digits; /* those that it takes the second form after */
};

/* 으로 counts the final l of 1, 7 and 8 as a vowel. */
static const struct particle particles[] = {
    {{"은", 3}, {"는", 3}, "2459"},      {{"을", 3}, {"를", 3}, "2459"},
    {{"이", 3}, {"가", 3}, "2459"},      {{"과", 3}, {"와", 3}, "2459"},
    {{"으로", 6}, {"로", 3}, "1245789"},
};

enum {
    PARTICLE_COUNT = sizeof particles / sizeof particles[0]
};

struct sp_span sp_word(enum sp_word word, enum sp_language language)
{
    return sp_span_of(words[word].text[language]);
}

struct sp_span sp_word_for(struct sp_span key, enum sp_language language)
{
    enum sp_word word = 0;
    while (word < SP_WORD_COUNT && !sp_span_equal(sp_span_of(words[word].key), key))
        word++;
    SP_CHECK(word < SP_WORD_COUNT);
    return sp_word(word, language);
}

static char last_digit(struct sp_span argument)
{
    char digit = '0';
    for (size_t i = 0; i < argument.len && argument.ptr[i] >= '0' && argument.ptr[i] <= '9'; i++)
        digit = argument.ptr[i];
    return digit;
}

static void write_particle(struct sp_writer *writer, struct sp_span name, struct sp_span argument)
{
    size_t k = 0;
    while (k < PARTICLE_COUNT && !sp_span_equal(particles[k].after_consonant, name))
        k++;
    SP_CHECK(k < PARTICLE_COUNT);
    const bool is_vowel = strchr(particles[k].vowel_digits, last_digit(argument)) != NULL;
    sp_write_span(writer, is_vowel ? particles[k].after_vowel : particles[k].after_consonant);
}

void sp_word_fill(struct sp_writer *writer, struct sp_span sentence,
                  const struct sp_span *arguments)
{
    while (sentence.len > 0) {
        const struct sp_span plain = sp_span_first(sentence, sp_span_find(sentence, '{'));
        sp_write_span(writer, plain);
        sentence = sp_span_after(sentence, plain.len + 1);
        if (sentence.len == 0)
            return;
        const struct sp_span argument = arguments[sentence.ptr[0] - '1'];
        const struct sp_span place = sp_span_first(sentence, sp_span_find(sentence, '}'));
        if (place.len == 1)
            sp_write_span(writer, argument);
        else
            write_particle(writer, sp_span_after(place, 1), argument);
        sentence = sp_span_after(sentence, place.len + 1);
    }
}

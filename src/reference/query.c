/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads and compares words. Korean is written with and without spaces, so its words are looked for
 * anywhere, while an ASCII word must stand where a word begins.
 */
#include "reference/query.h"

#include "base/ascii.h"
#include "base/nearest.h"

enum {
    CONTAINED_MIN = 4,  /* octets of a question that may stand anywhere in a name */
    NEAR_MIN = 4,       /* octets of an ASCII word that may be typed wrongly */
    NEAR_TWICE_MIN = 6, /* and of one that may be wrong in two places */
    SYLLABLE = 3,       /* octets of a Hangul syllable */
};

static bool is_word_octet(char octet)
{
    return sp_ascii_is(octet, SP_ASCII_ALPHA | SP_ASCII_DIGIT) || (unsigned char)octet >= 0x80;
}

static bool is_ascii(struct sp_span word)
{
    return word.len > 0 && (unsigned char)word.ptr[0] < 0x80;
}

/* Writes one octet, or the syllable of an old spelling in the new one; answers what it took. */
static size_t take(struct sp_query *query, struct sp_span rest)
{
    const struct sp_span old = SP_SPAN("메소드");
    const struct sp_span now = SP_SPAN("메서드");
    if (sp_span_has_prefix(rest, old) && query->len + now.len <= SP_QUERY_OCTETS_MAX) {
        memcpy(query->octets + query->len, now.ptr, now.len);
        query->len += now.len;
        return old.len;
    }
    query->octets[query->len++] = sp_ascii_lower(rest.ptr[0]);
    return 1;
}

enum sp_err sp_query_read(struct sp_query *query, struct sp_span text)
{
    query->len = 0;
    query->count = 0;
    bool is_inside = false;
    for (size_t i = 0; i < text.len;) {
        if (!is_word_octet(text.ptr[i])) {
            is_inside = false;
            i++;
            continue;
        }
        if (query->len == SP_QUERY_OCTETS_MAX || (!is_inside && query->count == SP_QUERY_WORDS_MAX))
            return SP_ERR_FULL;
        if (!is_inside)
            query->words[query->count++] = (struct sp_query_word){query->len, 0};
        is_inside = true;
        i += take(query, sp_span_after(text, i));
        struct sp_query_word *const word = &query->words[query->count - 1];
        word->len = query->len - word->at;
    }
    return query->count > 0 ? SP_OK : SP_ERR_ABSENT;
}

struct sp_span sp_query_squeezed(const struct sp_query *query)
{
    return sp_span(query->octets, query->len);
}

struct sp_span sp_query_word(const struct sp_query *query, size_t k)
{
    return sp_span(query->octets + query->words[k].at, query->words[k].len);
}

static bool begins(struct sp_span text, struct sp_span word)
{
    return sp_span_equal_nocase(sp_span_first(text, word.len), word);
}

/* Whether `word`, in small letters, stands in `text`; at the beginning of a word when that is
 * wanted. */
static bool stands_in(struct sp_span text, struct sp_span word, bool wants_begin)
{
    for (size_t i = 0; i + word.len <= text.len; i++) {
        if (sp_ascii_lower(text.ptr[i]) != word.ptr[0])
            continue; /* most octets */
        const bool is_begin = i == 0 || !is_word_octet(text.ptr[i - 1]);
        if ((is_begin || !wants_begin) && begins(sp_span_after(text, i), word))
            return true;
    }
    return false;
}

static bool has_word(const struct sp_query *name, struct sp_span word)
{
    if (!is_ascii(word))
        return stands_in(sp_query_squeezed(name), word, false);
    for (size_t k = 0; k < name->count; k++)
        if (begins(sp_query_word(name, k), word))
            return true;
    return false;
}

bool sp_query_in_name(const struct sp_query *query, const struct sp_query *name)
{
    const struct sp_span squeezed = sp_query_squeezed(query);
    if (squeezed.len >= CONTAINED_MIN && stands_in(sp_query_squeezed(name), squeezed, false))
        return true;
    for (size_t k = 0; k < query->count; k++)
        if (!has_word(name, sp_query_word(query, k)))
            return false;
    return true;
}

bool sp_query_in_text(const struct sp_query *query, struct sp_span text)
{
    for (size_t k = 0; k < query->count; k++) {
        const struct sp_span word = sp_query_word(query, k);
        if (!stands_in(text, word, is_ascii(word)))
            return false;
    }
    return true;
}

/* How many edits a word of this length may be away. */
static size_t tolerance(struct sp_span word)
{
    if (!is_ascii(word))
        return word.len >= 2 * SYLLABLE ? SYLLABLE : 0;
    if (word.len < NEAR_MIN)
        return 0;
    return word.len < NEAR_TWICE_MIN ? 1 : 2;
}

static bool is_near(struct sp_span word, struct sp_span known, size_t *distance)
{
    *distance = sp_edit_distance(word, known);
    return *distance <= tolerance(word);
}

static enum sp_err word_distance(const struct sp_query *name, struct sp_span word, size_t *least)
{
    enum sp_err err = SP_ERR_ABSENT;
    for (size_t k = 0; k < name->count; k++) {
        size_t distance;
        if (!is_near(word, sp_query_word(name, k), &distance))
            continue;
        *least = err != SP_OK || distance < *least ? distance : *least;
        err = SP_OK;
    }
    return err;
}

enum sp_err sp_query_distance(const struct sp_query *query, const struct sp_query *name,
                              size_t *distance)
{
    size_t whole;
    if (is_near(sp_query_squeezed(query), sp_query_squeezed(name), &whole)) {
        *distance = whole;
        return SP_OK;
    }
    size_t sum = 0;
    for (size_t k = 0; k < query->count; k++) {
        size_t least = 0;
        const enum sp_err err = word_distance(name, sp_query_word(query, k), &least);
        if (err != SP_OK)
            return err;
        sum += least;
    }
    *distance = sum;
    return SP_OK;
}

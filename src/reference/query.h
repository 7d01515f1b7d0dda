/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a question or of a name, brought into one form: ASCII letters small, punctuation
 * gone, Korean spelled the new way.
 */
#ifndef SP_REFERENCE_QUERY_H
#define SP_REFERENCE_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"

enum {
    SP_QUERY_OCTETS_MAX = 128,
    SP_QUERY_WORDS_MAX = 16,
};

struct sp_query {
    char octets[SP_QUERY_OCTETS_MAX]; /* all words without spaces */
    size_t len;
    struct sp_query_word {
        size_t at, len; /* in octets */
    } words[SP_QUERY_WORDS_MAX];
    size_t count;
};

/* Errors: SP_ERR_FULL (too long, or too many words), SP_ERR_ABSENT (no word). */
SP_MUST_USE enum sp_err sp_query_read(struct sp_query *query, struct sp_span text);

/* All words as one. */
struct sp_span sp_query_squeezed(const struct sp_query *query);
struct sp_span sp_query_word(const struct sp_query *query, size_t k);

/* Whether all words of `query` stand in `name`: an ASCII word begins one of its words, another one
 * stands anywhere in it; or all words as one stand in it. */
bool sp_query_in_name(const struct sp_query *query, const struct sp_query *name);

/* Whether all words of `query` stand in a text, ASCII ones at the beginning of a word. */
bool sp_query_in_text(const struct sp_query *query, struct sp_span text);

/* How many edits each word of `query` is away from the nearest word of `name`, together. Errors:
 * SP_ERR_ABSENT (one of them is too far from all). */
SP_MUST_USE enum sp_err sp_query_distance(const struct sp_query *query, const struct sp_query *name,
                                          size_t *distance);

#endif

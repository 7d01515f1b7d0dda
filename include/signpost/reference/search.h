/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds what somebody asks for: a code by its number, its phrase in either language, an old phrase
 * or an everyday word, a header field, method or option tag by its name; what is typed wrongly by
 * what is nearest.
 */
#ifndef SIGNPOST_REFERENCE_SEARCH_H
#define SIGNPOST_REFERENCE_SEARCH_H

#include "signpost/base/api.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/reference/term.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a hit was found, the best first. */
enum sp_match {
    SP_MATCH_EXACT,   /* the same, but for case, spaces and punctuation */
    SP_MATCH_PREFIX,  /* it begins so */
    SP_MATCH_WORDS,   /* all words stand in it */
    SP_MATCH_MEANING, /* all words stand in what is said about it */
    SP_MATCH_NEAR,    /* each word is at most two edits away */
};

struct sp_reference_hit {
    unsigned code;                        /* 0 when it is a term */
    const struct sp_reference_term *term; /* NULL when it is a code */
    enum sp_match match;
};

enum {
    SP_REFERENCE_QUERY_MAX = 128 /* octets; a longer query finds nothing */
};

/* Writes up to `max` hits, the best first, and answers how many. Codes and terms appear once. */
SP_API unsigned sp_reference_search(struct sp_span query, struct sp_reference_hit *hits,
                                    unsigned max);

/* "4", "48", "48x", "4xx": the codes from `first` to `last` that are meant. Errors: SP_ERR_SYNTAX
 * (no mask), SP_ERR_RANGE (no class of codes). */
SP_API SP_MUST_USE enum sp_err sp_reference_read_mask(struct sp_span text, unsigned *first,
                                                      unsigned *last);

/* "Q.850:17", "warning:399", "header:Min-SE", "method:INVITE", "tag:timer", "rule:422-loop".
 * Errors: SP_ERR_SYNTAX (no such kind before a colon), SP_ERR_ABSENT (nothing is known of that
 * name). */
SP_API SP_MUST_USE enum sp_err sp_reference_read_term(struct sp_span text,
                                                      const struct sp_reference_term **term);

#ifdef __cplusplus
}
#endif

#endif

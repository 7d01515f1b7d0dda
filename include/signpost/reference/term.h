/* SPDX-License-Identifier: Apache-2.0
 *
 * What surrounds the response codes: header fields, methods, option tags, the warn-codes of
 * Warning, the causes of Q.850, the rules of `signpost trace`. Compiled in from data/about_*.tsv
 * and data/finding.tsv, static and read-only.
 */
#ifndef SIGNPOST_REFERENCE_TERM_H
#define SIGNPOST_REFERENCE_TERM_H

#include "signpost/base/api.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"
#include "signpost/reference/page.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sp_term_kind {
    SP_TERM_HEADER,
    SP_TERM_METHOD,
    SP_TERM_OPTION_TAG,
    SP_TERM_WARNING,
    SP_TERM_CAUSE,
    SP_TERM_RULE, /* of `signpost trace` */
    SP_TERM_KIND_COUNT
};

struct sp_reference_term {
    enum sp_term_kind kind;
    const char *name;  /* "Min-SE", "INVITE", "timer", "399", "17", "422-loop" */
    const char *ref;   /* "4028:5", "3841:" without a section, "-" */
    const char *codes; /* "in:420 in:422"; of a cause "to:486 from:600"; "-" */
    const char *text[SP_LANGUAGE_COUNT];
};

/* The k-th term of a kind, from 0; NULL behind the last. */
SP_API const struct sp_reference_term *sp_reference_term_at(enum sp_term_kind kind, unsigned k);

/* A term by its name, ASCII letters without case, a header field by its compact form too; NULL when
 * it is not known. */
SP_API const struct sp_reference_term *sp_reference_find_term(enum sp_term_kind kind,
                                                              struct sp_span name);

/* The kind as a word that does not change with the language: "header", "option_tag", "cause". */
SP_API const char *sp_reference_term_kind(enum sp_term_kind kind);

/* The page of a term; in one line; as JSON and as columns, as page.h says. */
SP_API void sp_reference_explain_term(struct sp_writer *writer,
                                      const struct sp_reference_term *term,
                                      const struct sp_reference_format *format);
SP_API void sp_reference_explain_term_short(struct sp_writer *writer,
                                            const struct sp_reference_term *term,
                                            enum sp_language language);
SP_API void sp_reference_explain_term_json(struct sp_writer *writer,
                                           const struct sp_reference_term *term,
                                           enum sp_language language);
SP_API void sp_reference_term_sources(struct sp_writer *writer,
                                      const struct sp_reference_term *term,
                                      const struct sp_reference_format *format);
SP_API void sp_reference_explain_term_tsv(struct sp_writer *writer,
                                          const struct sp_reference_term *term,
                                          enum sp_language language);

#ifdef __cplusplus
}
#endif

#endif

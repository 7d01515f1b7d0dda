/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages of the reference: one code explained, or two compared, as text for people and as JSON
 * for programs.
 *
 * The JSON is one object on one line, without a line end. Its first member is "schema", now 1; it
 * grows when a member changes its meaning or goes, not when one is added. doc/explain-json.md
 * lists the members.
 */
#ifndef SIGNPOST_REFERENCE_PAGE_H
#define SIGNPOST_REFERENCE_PAGE_H

#include <stdbool.h>

#include "signpost/base/api.h"
#include "signpost/base/err.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_REFERENCE_SCHEMA = 1,
    SP_REFERENCE_WIDTH_MIN = 40,
    SP_REFERENCE_TABLE_MAX = 16,    /* codes of one table */
    SP_REFERENCE_PAGE_MAX = 131072, /* octets that hold any page, as text or as JSON */
};

/* How a page of text looks. */
struct sp_reference_format {
    enum sp_language language;
    unsigned width; /* columns, at least SP_REFERENCE_WIDTH_MIN; a long word may stand out */
    bool is_ascii;  /* no box characters in the ladder of an example */
    bool is_bold;   /* headings in bold, by the escape sequences of ECMA-48 */
};

/* The whole page of a code; of one that is not registered, what its class says. What does not fit
 * is the writer's error. Errors: SP_ERR_RANGE (outside 100..699; nothing is written). */
SP_API SP_MUST_USE enum sp_err sp_reference_explain(struct sp_writer *writer, unsigned code,
                                                    const struct sp_reference_format *format);

/* The same in one sentence, on one line whatever the width. Errors: SP_ERR_RANGE. */
SP_API SP_MUST_USE enum sp_err sp_reference_explain_short(struct sp_writer *writer, unsigned code,
                                                          enum sp_language language);

SP_API SP_MUST_USE enum sp_err sp_reference_explain_json(struct sp_writer *writer, unsigned code,
                                                         enum sp_language language);

/* One line of columns parted by tabs, whatever it is about: kind ("code", or as below), name,
 * phrase (of an unregistered code the one that it is seen with), class, outcome, retry, ref,
 * meaning. What there is not is empty. Errors: SP_ERR_RANGE. sp_reference_explain_term_tsv is in
 * term.h. */
SP_API SP_MUST_USE enum sp_err sp_reference_explain_tsv(struct sp_writer *writer, unsigned code,
                                                        enum sp_language language);

/* Where the statements on a code's page are from, one by one. Errors: SP_ERR_RANGE. Of a term, in
 * term.h, likewise. */
SP_API SP_MUST_USE enum sp_err sp_reference_sources(struct sp_writer *writer, unsigned code,
                                                    const struct sp_reference_format *format);

/* The line with their names that stands above such lines. */
SP_API void sp_reference_tsv_head(struct sp_writer *writer);

/* Two codes beside each other, in the order given. Errors: SP_ERR_ABSENT (one of the two is
 * not registered), SP_ERR_DUPLICATE (they are the same); nothing is written then. */
SP_API SP_MUST_USE enum sp_err sp_reference_compare(struct sp_writer *writer, unsigned a,
                                                    unsigned b,
                                                    const struct sp_reference_format *format);

SP_API SP_MUST_USE enum sp_err sp_reference_compare_json(struct sp_writer *writer, unsigned a,
                                                         unsigned b, enum sp_language language);

/* Some codes, fact by fact: below each fact a line for each code, in the order given. `count` is 2
 * to SP_REFERENCE_TABLE_MAX. Errors: SP_ERR_ABSENT (one of them is not registered; nothing is
 * written).
 */
SP_API SP_MUST_USE enum sp_err sp_reference_tabulate(struct sp_writer *writer,
                                                     const unsigned *codes, unsigned count,
                                                     const struct sp_reference_format *format);

SP_API SP_MUST_USE enum sp_err sp_reference_tabulate_json(struct sp_writer *writer,
                                                          const unsigned *codes, unsigned count,
                                                          enum sp_language language);

/* Registered codes as a list, a line each, in the order given. */
SP_API void sp_reference_list(struct sp_writer *writer, const unsigned *codes, unsigned count,
                              const struct sp_reference_format *format);

/* The same as columns parted by tabs, below a line with their names: code, phrase, name, class,
 * outcome, ref. */
SP_API void sp_reference_list_tsv(struct sp_writer *writer, const unsigned *codes, unsigned count,
                                  enum sp_language language);

SP_API void sp_reference_list_json(struct sp_writer *writer, const unsigned *codes, unsigned count,
                                   enum sp_language language);

#ifdef __cplusplus
}
#endif

#endif

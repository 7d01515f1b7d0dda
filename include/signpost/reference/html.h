/* SPDX-License-Identifier: Apache-2.0
 *
 * The reference as pages for a browser: a style sheet, and in each language the index of all codes,
 * a page for each code, one for each pair that somebody has written about, and for each kind of
 * terms (header fields, methods, ...) a list and a page for each term.
 *
 * The pages need no script and nothing from elsewhere, and carry no style attribute, so that a
 * Content-Security-Policy of "default-src 'none'; style-src 'self'" holds. They link each other
 * relatively, so files and a server show them alike. They are HTML that is well-formed XML too.
 */
#ifndef SIGNPOST_REFERENCE_HTML_H
#define SIGNPOST_REFERENCE_HTML_H

#include "signpost/base/api.h"
#include "signpost/base/err.h"
#include "signpost/base/writer.h"
#include "signpost/reference/code.h"
#include "signpost/reference/term.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SP_REFERENCE_HTML_MAX = 131072, /* octets that hold any page */
    SP_REFERENCE_HTML_PATH_MAX = 64 /* octets that hold any path */
};

enum sp_reference_html_kind {
    SP_REFERENCE_HTML_STYLE, /* one for both languages */
    SP_REFERENCE_HTML_INDEX,
    SP_REFERENCE_HTML_CODE,
    SP_REFERENCE_HTML_PAIR,
    SP_REFERENCE_HTML_TERMS, /* all terms of a kind */
    SP_REFERENCE_HTML_TERM,
    SP_REFERENCE_HTML_HOME,   /* these two are of a server only: what it is, */
    SP_REFERENCE_HTML_SEARCH, /* and what it finds */
};

struct sp_reference_html {
    enum sp_reference_html_kind kind;
    enum sp_language language;
    unsigned code;                        /* of a page of a code; of a pair the smaller one */
    unsigned other;                       /* of a pair the larger one */
    const struct sp_reference_term *term; /* of a page of a term; of a list the first of its kind */
};

/* The k-th page there is, from 0. Errors: SP_ERR_ABSENT (behind the last). */
SP_API SP_MUST_USE enum sp_err sp_reference_html_at(unsigned k, struct sp_reference_html *page);

/* Where the page stands below the root of all: "ko/codes/422.html". */
SP_API void sp_reference_html_path(struct sp_writer *writer, const struct sp_reference_html *page);

/* The whole page. What does not fit is the writer's error. Errors: SP_ERR_ABSENT (there is no such
 * page, or it is of a server only; nothing is written). */
SP_API SP_MUST_USE enum sp_err sp_reference_html_write(struct sp_writer *writer,
                                                       const struct sp_reference_html *page);

#ifdef __cplusplus
}
#endif

#endif

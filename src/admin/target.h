/* SPDX-License-Identifier: Apache-2.0
 *
 * What a request asks for: its target, which may be any octets, becomes one of the pages that there
 * are, another address where the page stands, or nothing. Nothing is looked at but the octets.
 */
#ifndef SP_ADMIN_TARGET_H
#define SP_ADMIN_TARGET_H

#include <stdbool.h>

#include "signpost/base/span.h"
#include "signpost/reference/code.h"
#include "signpost/reference/search.h"

enum {
    SP_TARGET_PATH_MAX = 256, /* octets; a longer path leads nowhere */
};

enum sp_target_kind {
    SP_TARGET_MISSING, /* nothing is there */
    SP_TARGET_BROKEN,  /* it can't be read: a bad escape, a query that is no text or too long */
    SP_TARGET_HOME,
    SP_TARGET_CODES,
    SP_TARGET_CODE,  /* `code` is within 100..699 */
    SP_TARGET_PAIR,  /* `code` and `other` are registered, and two */
    SP_TARGET_TERMS, /* all terms of a kind: `term` is its first */
    SP_TARGET_TERM,
    SP_TARGET_SEARCH,
    SP_TARGET_ASSET, /* a style sheet, a script or an icon, by its name */
    SP_TARGET_METRICS,
    SP_TARGET_HEALTH,
    SP_TARGET_STATUS,
};

struct sp_target {
    enum sp_target_kind kind;
    enum sp_language language;
    bool is_json;   /* its name ends in ".json", or it is for programs only */
    bool is_moved;  /* the page has another address, for good */
    bool is_other;  /* the page has another address, this time: a form has asked for it */
    unsigned depth; /* how many folders deep the path seems to be */
    unsigned code, other;
    const struct sp_reference_term *term;
    struct sp_span words; /* what seems to be meant: of a search its query, decoded; of a missing
                             page the last part of its path; UTF-8 without controls */
    char octets[SP_TARGET_PATH_MAX]; /* what `words` points to: a target is not copied */
};

/* Reads the path and the query of a request. */
void sp_target_read(struct sp_span octets, struct sp_target *target);

#endif

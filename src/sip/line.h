/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of a header section: where one ends, what may not stand in it, and what it says when
 * its folds are taken out (RFC 3261 §7.3.1, §25.1 LWS).
 */
#ifndef SP_SIP_LINE_H
#define SP_SIP_LINE_H

#include <stdbool.h>

#include "base/ascii.h"
#include "sip/block.h"
#include "signpost/base/arena.h"
#include "signpost/base/err.h"
#include "signpost/base/span.h"

struct sp_line {
    struct sp_span text; /* without its CRLF, with the CRLFs of its folds */
    const char *next;    /* behind its CRLF */
    const char *odd;     /* its first control octet that is no tab and no fold; NULL: none */
    bool is_folded;
};

/* Goes on at `at`, the first control octet behind line->text.ptr: a fold, a tab, or an octet that
 * must not be. Errors: as sp_line_find. */
SP_MUST_USE enum sp_err sp_line_find_end(const char *at, const char *end, bool may_fold,
                                         struct sp_line *line);

/* The first control octet at or behind `at`, or `end`. */
static inline const char *sp_line_find_control(const char *at, const char *end)
{
    while (end - at >= SP_BLOCK) {
        const unsigned before = sp_block_before_control(at);
        if (before < SP_BLOCK)
            return at + before;
        at += SP_BLOCK; /* and not `before`: the next load need not wait for the count */
    }
    while (at < end && !sp_ascii_is(*at, SP_ASCII_CONTROL))
        at++;
    return at;
}

/* Finds the line that begins at `at`. With `may_fold`, lines that begin with white space belong to
 * the one before. `line` is written in any case. Errors: SP_PARTIAL (it does not end before `end`,
 * or what comes behind could still be a fold). */
SP_MUST_USE static inline enum sp_err sp_line_find(const char *at, const char *end, bool may_fold,
                                                   struct sp_line *line)
{
    const char *const stop = sp_line_find_control(at, end);
    struct sp_line found = {.text = sp_span(at, (size_t)(stop - at)), .next = stop + 2};
    enum sp_err err = SP_OK;
    if (end - stop < 3 || stop[0] != '\r' || stop[1] != '\n' || (unsigned char)stop[2] <= ' ') {
        struct sp_line odd = found; /* so that `found` has no address and stays in registers */
        err = sp_line_find_end(stop, end, may_fold, &odd);
        found = odd;
    }
    *line = found;
    return err;
}

/* The first octet of a field's value that makes the message refusable: a control octet that is not
 * the second half of a quoted-pair inside a quoted string, or the fold in one; NULL when there is
 * none. */
const char *sp_line_find_fault(struct sp_span value);

/* A folded value as one line: each octet of a fold's CRLF becomes a space. Errors: SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_line_unfold(struct sp_span value, struct sp_arena *arena,
                                       struct sp_span *unfolded);

#endif

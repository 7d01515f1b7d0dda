/* SPDX-License-Identifier: Apache-2.0
 *
 * What an argument of `explain` asks about: a code, all codes of a mask, or a term.
 */
#ifndef SP_COMMAND_SUBJECT_H
#define SP_COMMAND_SUBJECT_H

#include <stdio.h>

#include "command/command.h"
#include "command/live.h"
#include "command/page_options.h"
#include "signpost/reference/term.h"

struct sp_subject {
    const struct sp_reference_term *term; /* NULL: it is codes */
    unsigned first, last;                 /* the same for a single code */
};

/* Reads an argument: "422", "4xx", "Q.850:17", "busy here". What was typed wrongly is taken for
 * what is nearest, and that is told on stderr. Errors: SP_ERR_RANGE, SP_ERR_ABSENT (both told). */
SP_MUST_USE enum sp_err sp_subject_read(const struct sp_command_line *line, const char *text,
                                        struct sp_subject *subject);

enum sp_subject_form {
    SP_SUBJECT_PAGE,
    SP_SUBJECT_SHORT,   /* one line; so are the codes of a mask, which would be many pages */
    SP_SUBJECT_SOURCES, /* where its page is from, instead of the page */
    SP_SUBJECT_TSV,
    SP_SUBJECT_JSON, /* an object on a line */
};

/* How subjects are shown, and where. */
struct sp_subject_look {
    enum sp_subject_form form;
    const struct sp_page_options *options;
    FILE *out;
    struct sp_live live;
};

/* Prints a subject. Answers the exit status. */
int sp_subject_print(const struct sp_command_line *line, const struct sp_subject *subject,
                     struct sp_subject_look *look);

#endif

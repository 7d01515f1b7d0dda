/* SPDX-License-Identifier: Apache-2.0
 *
 * What the columns of a CSV file mean: the fields of a rule by their names (from, code, to, q,
 * expires, in any order), or anything else, out of which templates make the fields: with the
 * columns number,lrn, "sip:{user};npdi;rn={lrn}@gw.example.net" takes lrn from the row and leaves
 * {user} to the look-up.
 */
#ifndef SP_STORE_COLUMNS_H
#define SP_STORE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "store/csv.h"
#include "store/rule.h"

enum {
    SP_COLUMNS_NAMES_MAX = 1024, /* octets of all names */
    SP_TEMPLATE_PIECES_MAX = 16,
    SP_COLUMNS_TEXT_MAX = 4096, /* octets that the templates of a row become */
};

/* What a person says about a file beside the file; each may be absent. The spans stay the caller's
 * while the columns are used. */
struct sp_columns_options {
    struct sp_span
        columns;         /* "number,lrn": the file has no header line, or this one; "-" is unused */
    struct sp_span code; /* of every row */
    struct sp_span from; /* template; "tel:{number}" when there is a column number and no from */
    struct sp_span to;   /* template */
};

struct sp_template {
    size_t count;
    struct {
        struct sp_span text;
        int field; /* -1: the text */
    } piece[SP_TEMPLATE_PIECES_MAX];
};

enum sp_column {
    SP_COLUMN_FROM,
    SP_COLUMN_CODE,
    SP_COLUMN_TO,
    SP_COLUMN_Q,
    SP_COLUMN_EXPIRES,
    SP_COLUMN_COUNT,
};

struct sp_columns {
    struct sp_columns_options options;
    bool has_names;
    size_t count;
    struct sp_span name[SP_CSV_FIELDS_MAX]; /* into `names` */
    int at[SP_COLUMN_COUNT];                /* the field, or -1 */
    bool has_from;
    bool has_to;
    struct sp_template from;
    struct sp_template to;
    size_t names_len;
    char names[SP_COLUMNS_NAMES_MAX];
    char text[SP_COLUMNS_TEXT_MAX]; /* what the templates became */
};

/* Errors, with a sentence in `why`: SP_ERR_SYNTAX, SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_columns_init(struct sp_columns *columns,
                                        const struct sp_columns_options *options,
                                        struct sp_writer *why);

/* Takes the first row of the file: `is_header` says whether it was one. Errors: as init. */
SP_MUST_USE enum sp_err sp_columns_begin(struct sp_columns *columns, const struct sp_csv_row *row,
                                         bool *is_header, struct sp_writer *why);

/* The fields of a rule out of a row; they live as long as the row, and until the next call. Errors:
 * SP_ERR_SYNTAX (more fields than columns, or no from), SP_ERR_FULL. */
SP_MUST_USE enum sp_err sp_columns_read(struct sp_columns *columns, const struct sp_csv_row *row,
                                        struct sp_span *from, struct sp_rule_text *rule,
                                        struct sp_rule_fault *fault);

#endif

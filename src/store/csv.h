/* SPDX-License-Identifier: Apache-2.0
 *
 * Comma-separated values (RFC 4180): fields bare or in double quotes, in which a quote is written
 * twice and a line may end; lines end in LF or CR LF; a byte order mark at the start and empty
 * lines are passed over. A file is read in blocks: a row of any length up to SP_CSV_ROW_MAX costs
 * time in its length, and no memory but the buffer.
 */
#ifndef SP_STORE_CSV_H
#define SP_STORE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/base/writer.h"

enum {
    SP_CSV_FIELDS_MAX = 32,
    SP_CSV_ROW_MAX = 64 * 1024,      /* octets of a row, its line end included */
    SP_CSV_BUFFER_MAX = 1024 * 1024, /* octets read at once */
};

struct sp_csv_row {
    uint64_t line; /* where it begins, from 1 */
    size_t count;
    struct sp_span field[SP_CSV_FIELDS_MAX]; /* unquoted; not absent */
};

/* What reading a row has found. */
struct sp_csv_reading {
    size_t used;     /* octets of the row, with its line end */
    uint64_t lines;  /* line ends in it */
    const char *why; /* after an error: a sentence, static */
};

/* Reads the row at the start of `text`, whose octets it may change to unquote fields in place.
 * `is_whole`: the input ends where the text does. The row's `line` is left alone. Errors:
 * SP_PARTIAL (the row does not end in the text), SP_ERR_SYNTAX, SP_ERR_FULL (fields). */
SP_MUST_USE enum sp_err sp_csv_row_read(char *text, size_t len, bool is_whole,
                                        struct sp_csv_row *row, struct sp_csv_reading *reading);

struct sp_csv; /* opaque */

/* Reads from an open file, which stays the caller's. Errors: SP_ERR_MEMORY. */
SP_MUST_USE enum sp_err sp_csv_new(int file, struct sp_csv **csv);
void sp_csv_free(struct sp_csv **csv);

/* The next row, valid until the next call. Errors: SP_ERR_ABSENT (the end), SP_ERR_SYNTAX,
 * SP_ERR_FULL, SP_ERR_IO; sp_csv_line and sp_csv_why then tell where and what. */
SP_MUST_USE enum sp_err sp_csv_next(struct sp_csv *csv, struct sp_csv_row *row);

uint64_t sp_csv_line(const struct sp_csv *csv);   /* where the row last asked for begins */
const char *sp_csv_why(const struct sp_csv *csv); /* a sentence, static */
uint64_t sp_csv_octets(const struct sp_csv *csv); /* read so far */

/* Writes a field, in quotes when it needs them. */
void sp_csv_write_field(struct sp_writer *writer, struct sp_span field);

#endif

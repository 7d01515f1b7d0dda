/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads CSV. Rows without a quote, which is nearly all of them, are cut by memchr.
 */
#include "store/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct sp_csv {
    int file;
    bool is_whole; /* the file has ended */
    size_t start;  /* what is read and not yet used */
    size_t end;
    uint64_t octets;
    uint64_t line;      /* of the row last asked for */
    uint64_t next_line; /* of the row after it */
    const char *why;
    char buffer[SP_CSV_BUFFER_MAX];
};

static enum sp_err add_field(struct sp_csv_row *row, struct sp_span field,
                             struct sp_csv_reading *reading)
{
    if (row->count == SP_CSV_FIELDS_MAX) {
        reading->why = "too many fields; at most 32 are read";
        return SP_ERR_FULL;
    }
    row->field[row->count++] = field;
    return SP_OK;
}

/* A row that holds no quote, without its line end. */
static enum sp_err cut_plain(struct sp_span text, struct sp_csv_row *row,
                             struct sp_csv_reading *reading)
{
    struct sp_span rest = text;
    for (;;) {
        const size_t len = sp_span_find(rest, ',');
        const enum sp_err err = add_field(row, sp_span_first(rest, len), reading);
        if (err != SP_OK || len == rest.len)
            return err;
        rest = sp_span_after(rest, len + 1);
    }
}

/* Takes a field in quotes, moving its octets over the doubled quotes. `at` stands behind the
 * opening quote, and then behind the closing one. */
static enum sp_err take_quoted(char *text, size_t len, size_t *at, struct sp_span *field,
                               struct sp_csv_reading *reading)
{
    const size_t start = *at;
    size_t written = start;
    for (size_t i = start; i < len; i++) {
        if (text[i] == '"' && i + 1 < len && text[i + 1] == '"') {
            i++;
        } else if (text[i] == '"') {
            *field = sp_span(text + start, written - start);
            *at = i + 1;
            return SP_OK;
        }
        reading->lines += text[i] == '\n';
        text[written++] = text[i];
    }
    return SP_PARTIAL;
}

static bool is_line_end(const char *text, size_t len, size_t at)
{
    return at == len || text[at] == '\n' ||
           (text[at] == '\r' && at + 1 < len && text[at + 1] == '\n');
}

/* Takes a bare field: up to a comma or the end of the line. */
static enum sp_err take_bare(char *text, size_t len, size_t *at, struct sp_span *field,
                             struct sp_csv_reading *reading)
{
    const size_t start = *at;
    while (!is_line_end(text, len, *at) && text[*at] != ',') {
        if (text[*at] == '"') {
            reading->why =
                "a quote inside a field; put the whole field in quotes and write the quote twice";
            return SP_ERR_SYNTAX;
        }
        (*at)++;
    }
    *field = sp_span(text + start, *at - start);
    return SP_OK;
}

/* A row with quotes in it. The whole of it must be in the text before any octet is moved: see
 * quoted_len. */
static enum sp_err cut_quoted(char *text, size_t len, struct sp_csv_row *row,
                              struct sp_csv_reading *reading)
{
    size_t at = 0;
    for (;;) {
        struct sp_span field;
        enum sp_err err = SP_OK;
        if (at < len && text[at] == '"') {
            at++;
            err = take_quoted(text, len, &at, &field, reading);
        } else {
            err = take_bare(text, len, &at, &field, reading);
        }
        if (err == SP_OK)
            err = add_field(row, field, reading);
        if (err != SP_OK)
            return err;
        if (is_line_end(text, len, at))
            return SP_OK;
        if (text[at++] != ',') {
            reading->why = "a closing quote must be followed by a comma or the end of the line";
            return SP_ERR_SYNTAX;
        }
    }
}

/* Whether the quote at `at`, outside of quotes, opens: at the start of a field, or as the second of
 * two, which closed and opens again. Another one is a slip that cut_quoted tells. */
static bool opens(const char *text, size_t at)
{
    return at == 0 || text[at - 1] == ',' || text[at - 1] == '"';
}

/* How long a row with quotes is, without its LF: up to the first one outside of quotes; `len` when
 * there is none. */
static size_t quoted_len(const char *text, size_t len, bool *is_open)
{
    bool is_inside = false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            is_inside = !is_inside && opens(text, i);
        if (text[i] == '\n' && !is_inside) {
            *is_open = false;
            return i;
        }
    }
    *is_open = is_inside;
    return len;
}

enum sp_err sp_csv_row_read(char *text, size_t len, bool is_whole, struct sp_csv_row *row,
                            struct sp_csv_reading *reading)
{
    const char *const line_end = memchr(text, '\n', len);
    size_t end = line_end == NULL ? len : (size_t)(line_end - text);
    const bool has_quotes = memchr(text, '"', end) != NULL;
    bool is_open = false;
    if (has_quotes)
        end = quoted_len(text, len, &is_open);
    if (end == len && !is_whole)
        return SP_PARTIAL;
    if (is_open) {
        reading->why = "a field begins with a quote and does not end";
        return SP_ERR_SYNTAX;
    }
    const size_t used = end < len ? end + 1 : end;
    if (end > 0 && text[end - 1] == '\r')
        end--;
    reading->used = used;
    reading->lines = used > end;
    row->count = 0;
    return has_quotes ? cut_quoted(text, end, row, reading)
                      : cut_plain(sp_span(text, end), row, reading);
}

/* Files. */

enum sp_err sp_csv_new(int file, struct sp_csv **csv)
{
    struct sp_csv *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->file = file;
    made->next_line = 1;
    made->why = "";
    *csv = made;
    return SP_OK;
}

void sp_csv_free(struct sp_csv **csv)
{
    free(*csv);
    *csv = NULL;
}

/* Makes room at the end and reads what comes, as much as there is at once. */
static enum sp_err fill(struct sp_csv *csv)
{
    memmove(csv->buffer, csv->buffer + csv->start, csv->end - csv->start);
    csv->end -= csv->start;
    csv->start = 0;
    ssize_t got = 0;
    do
        got = read(csv->file, csv->buffer + csv->end, sizeof csv->buffer - csv->end);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        csv->why = strerror(errno);
        return SP_ERR_IO;
    }
    csv->is_whole = got == 0;
    csv->end += (size_t)got;
    csv->octets += (size_t)got;
    return SP_OK;
}

/* A byte order mark is nothing but white space that some programs write. */
static void pass_mark(struct sp_csv *csv)
{
    static const char mark[] = {'\xEF', '\xBB', '\xBF'};
    if (csv->next_line == 1 && csv->octets == csv->end && csv->start == 0 &&
        csv->end >= sizeof mark && memcmp(csv->buffer, mark, sizeof mark) == 0)
        csv->start = sizeof mark;
}

static bool is_empty(const struct sp_csv_row *row)
{
    return row->count == 1 && row->field[0].len == 0;
}

/* The row at the start of what is read, or as much of it as there is. */
static enum sp_err read_row(struct sp_csv *csv, struct sp_csv_row *row)
{
    struct sp_csv_reading reading;
    pass_mark(csv);
    const enum sp_err err = sp_csv_row_read(csv->buffer + csv->start, csv->end - csv->start,
                                            csv->is_whole, row, &reading);
    if (err == SP_OK) {
        csv->start += reading.used;
        csv->next_line += reading.lines;
        row->line = csv->line;
        return SP_OK;
    }
    if (err != SP_PARTIAL) {
        csv->why = reading.why;
        return err;
    }
    if (csv->end - csv->start <= SP_CSV_ROW_MAX)
        return SP_PARTIAL;
    csv->why = "a row of more than 64 KiB; is a quote missing?";
    return SP_ERR_FULL;
}

enum sp_err sp_csv_next(struct sp_csv *csv, struct sp_csv_row *row)
{
    for (;;) {
        csv->line = csv->next_line;
        if (csv->start == csv->end && csv->is_whole)
            return SP_ERR_ABSENT;
        enum sp_err err = read_row(csv, row);
        if (err == SP_OK && !is_empty(row))
            return SP_OK;
        if (err == SP_PARTIAL)
            err = fill(csv);
        if (err != SP_OK)
            return err;
    }
}

uint64_t sp_csv_line(const struct sp_csv *csv)
{
    return csv->line;
}

const char *sp_csv_why(const struct sp_csv *csv)
{
    return csv->why;
}

uint64_t sp_csv_octets(const struct sp_csv *csv)
{
    return csv->octets;
}

void sp_csv_write_field(struct sp_writer *writer, struct sp_span field)
{
    bool needs_quotes = false;
    for (size_t i = 0; i < field.len; i++)
        needs_quotes |= memchr(",\"\r\n", field.ptr[i], 4) != NULL;
    if (!needs_quotes) {
        sp_write_span(writer, field);
        return;
    }
    sp_write_octet(writer, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"')
            sp_write_octet(writer, '"');
        sp_write_octet(writer, field.ptr[i]);
    }
    sp_write_octet(writer, '"');
}

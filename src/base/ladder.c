/* SPDX-License-Identifier: Apache-2.0
 *
 * A row of the ladder is an array of cells, one a column, each holding one character; what is drawn
 * later covers what was drawn before. The row is written without the blanks at its end.
 */
#include "base/ladder.h"

#include "base/columns.h"

enum {
    MARGIN = 10, /* columns left of the first lane: the time */
    PITCH_MIN = 20,
    PITCH_MAX = 50,
    WIDTH_MIN = 40,
};

struct cell {
    struct sp_span text; /* empty: the right half of a wide character; absent: blank */
};

struct row {
    size_t width;
    struct cell cells[SP_LADDER_WIDTH_MAX];
};

static struct sp_span glyph(const struct sp_ladder *ladder, const char *unicode, const char *ascii)
{
    return sp_span_of(ladder->is_ascii ? ascii : unicode);
}

static size_t lane_column(const struct sp_ladder *ladder, size_t lane)
{
    const size_t gaps = ladder->lane_count > 1 ? ladder->lane_count - 1 : 1;
    size_t pitch = (ladder->width - MARGIN - 10) / gaps;
    if (pitch > PITCH_MAX)
        pitch = PITCH_MAX;
    if (pitch < PITCH_MIN)
        pitch = PITCH_MIN;
    return MARGIN + lane * pitch;
}

/* Puts a text into a row from `column` on, as far as `end`; what does not fit is left out. */
static void put(struct row *row, size_t column, size_t end, struct sp_span text)
{
    if (end > row->width)
        end = row->width;
    while (text.len > 0) {
        unsigned columns;
        const struct sp_span character = sp_columns_next(&text, &columns);
        if (columns == 0)
            continue;
        if (column + columns > end)
            return;
        row->cells[column].text = character;
        if (columns == 2)
            row->cells[column + 1].text = sp_span_first(character, 0);
        column += columns;
    }
}

static void write_cells(const struct row *row, size_t from, size_t to, struct sp_writer *writer)
{
    for (size_t i = from; i < to; i++) {
        if (sp_span_is_absent(row->cells[i].text))
            sp_write_octet(writer, ' ');
        else
            sp_write_span(writer, row->cells[i].text);
    }
}

static bool is_blank(const struct cell *cell)
{
    return sp_span_is_absent(cell->text) || sp_span_equal(cell->text, SP_SPAN(" "));
}

static size_t used_width(const struct row *row)
{
    size_t width = row->width;
    while (width > 0 && is_blank(&row->cells[width - 1]))
        width--;
    return width;
}

static void begin_row(const struct sp_ladder *ladder, bool has_lanes, struct row *row)
{
    *row = (struct row){.width = ladder->width};
    for (size_t i = 0; has_lanes && i < ladder->lane_count; i++) {
        const size_t column = lane_column(ladder, i);
        put(row, column, column + 1, glyph(ladder, "│", "|"));
    }
}

void sp_ladder_init(struct sp_ladder *ladder, size_t width, bool is_ascii, bool has_colour)
{
    *ladder = (struct sp_ladder){.width = width, .is_ascii = is_ascii, .has_colour = has_colour};
    if (width < WIDTH_MIN)
        ladder->width = WIDTH_MIN;
    if (width > SP_LADDER_WIDTH_MAX)
        ladder->width = SP_LADDER_WIDTH_MAX;
}

size_t sp_ladder_lane(struct sp_ladder *ladder, struct sp_span name, bool *is_new)
{
    name = sp_span_first(name, SP_LADDER_NAME_MAX);
    *is_new = false;
    for (size_t i = 0; i < ladder->lane_count; i++) {
        if (sp_span_equal(name, sp_span(ladder->names[i], ladder->name_lens[i])))
            return i;
    }
    if (ladder->lane_count == SP_LADDER_LANES_MAX)
        return SP_LADDER_LANES_MAX - 1;
    *is_new = true;
    memcpy(ladder->names[ladder->lane_count], name.ptr, name.len);
    ladder->name_lens[ladder->lane_count] = name.len;
    return ladder->lane_count++;
}

void sp_ladder_write_heads(const struct sp_ladder *ladder, struct sp_writer *writer)
{
    struct row row;
    begin_row(ladder, false, &row);
    size_t free_from = 0; /* where the name before ends */
    for (size_t i = 0; i < ladder->lane_count; i++) {
        const struct sp_span name = sp_span(ladder->names[i], ladder->name_lens[i]);
        const size_t columns = sp_columns(name);
        const size_t middle = lane_column(ladder, i);
        size_t from = middle > columns / 2 ? middle - columns / 2 : 0;
        if (from + columns > ladder->width)
            from = columns < ladder->width ? ladder->width - columns : 0;
        if (from < free_from)
            from = free_from;
        put(&row, from, ladder->width, name);
        free_from = from + columns + 1;
    }
    write_cells(&row, 0, used_width(&row), writer);
    sp_write_octet(writer, '\n');
    begin_row(ladder, true, &row);
    write_cells(&row, 0, used_width(&row), writer);
    sp_write_octet(writer, '\n');
}

/* The label, cut to `room` columns with a sign that it was. */
static struct sp_span fit_label(const struct sp_ladder *ladder, struct sp_span label, size_t room,
                                char *buffer, size_t size)
{
    if (sp_columns(label) <= room)
        return label;
    struct sp_writer writer;
    sp_writer_init(&writer, buffer, size);
    struct sp_span rest = label, cut = sp_span(buffer, 0);
    for (size_t used = 0; rest.len > 0;) {
        unsigned columns;
        const struct sp_span character = sp_columns_next(&rest, &columns);
        if (used + columns + 1 > room)
            break;
        sp_write_span(&writer, character);
        used += columns;
    }
    sp_write_span(&writer, glyph(ladder, "…", "~"));
    return sp_writer_end(&writer, &cut) == SP_OK ? cut : sp_span_first(label, 0);
}

static const char *tone_colour(enum sp_tone tone)
{
    switch (tone) {
    case SP_TONE_PLAIN:
        return "";
    case SP_TONE_GOOD:
        return "\033[32m";
    case SP_TONE_CHANGE:
        return "\033[33m";
    case SP_TONE_BAD:
        return "\033[31m";
    }
    return "";
}

static void put_shaft(const struct sp_ladder *ladder, struct row *row, size_t left, size_t right)
{
    for (size_t i = left; i < right; i++)
        put(row, i, i + 1, glyph(ladder, "─", "-"));
}

/* The time at the left: "   0.032". It stays in `octets` until the row is written. */
static void put_stamp(struct row *row, int64_t at_ms, char *octets, size_t size)
{
    struct sp_writer writer;
    struct sp_span stamp;
    const long long ms = (long long)at_ms;
    if (ms < 0)
        return;
    sp_writer_init(&writer, octets, size);
    sp_write_format(&writer, "%*lld.%03lld", MARGIN - 6, ms / 1000, ms % 1000);
    if (sp_writer_end(&writer, &stamp) == SP_OK)
        put(row, 0, MARGIN - 1, stamp);
}

void sp_ladder_write_arrow(const struct sp_ladder *ladder, const struct sp_ladder_arrow *arrow,
                           struct sp_writer *writer)
{
    struct row row;
    char stamp[MARGIN + 8];
    char buffer[SP_LADDER_WIDTH_MAX * 4];
    begin_row(ladder, true, &row);
    put_stamp(&row, arrow->at_ms, stamp, sizeof stamp);

    const bool is_right = arrow->from < arrow->to;
    const size_t left = lane_column(ladder, is_right ? arrow->from : arrow->to) + 1;
    const size_t right = lane_column(ladder, is_right ? arrow->to : arrow->from);
    size_t label_at = left + 2, label_end = left + 2;
    if (right > left + 6) {
        put_shaft(ladder, &row, left, right);
        const struct sp_span label =
            fit_label(ladder, arrow->label, right - left - 6, buffer, sizeof buffer);
        const size_t columns = sp_columns(label);
        label_at = is_right ? left + 3 : right - columns - 3;
        label_end = label_at + columns;
        put(&row, label_at - 1, label_at, SP_SPAN(" "));
        put(&row, label_at, right, label);
        put(&row, label_end, label_end + 1, SP_SPAN(" "));
        if (is_right)
            put(&row, right - 1, right, glyph(ladder, "►", ">"));
        else
            put(&row, left, left + 1, glyph(ladder, "◄", "<"));
    }
    const bool is_coloured = ladder->has_colour && arrow->tone != SP_TONE_PLAIN;
    write_cells(&row, 0, label_at, writer);
    sp_write_text(writer, is_coloured ? tone_colour(arrow->tone) : "");
    write_cells(&row, label_at, label_end, writer);
    sp_write_text(writer, is_coloured ? "\033[0m" : "");
    write_cells(&row, label_end, used_width(&row), writer);
    sp_write_octet(writer, '\n');
}

/* Takes what fits into `room` columns off the front of `text`, at a space when there is one. */
static struct sp_span take_line(struct sp_span *text, size_t room)
{
    struct sp_span rest = *text;
    size_t used = 0, break_at = 0;
    while (rest.len > 0) {
        unsigned columns;
        const struct sp_span character = sp_columns_next(&rest, &columns);
        if (used + columns > room)
            break;
        used += columns;
        if (character.ptr[0] == ' ')
            break_at = (size_t)(character.ptr - text->ptr);
        if (rest.len == 0)
            break_at = text->len;
    }
    if (break_at == 0)
        break_at = (size_t)(rest.ptr - text->ptr) > 0 ? (size_t)(rest.ptr - text->ptr) : text->len;
    const struct sp_span line = sp_span_first(*text, break_at);
    *text = sp_span_trim(sp_span_after(*text, break_at));
    return line;
}

void sp_ladder_write_note(const struct sp_ladder *ladder, struct sp_span note,
                          struct sp_writer *writer)
{
    const size_t from = MARGIN + 3;
    while (note.len > 0) {
        struct row row;
        begin_row(ladder, true, &row);
        const struct sp_span line = take_line(&note, ladder->width - from - 1);
        const size_t end = from + sp_columns(line);
        for (size_t i = from - 1; i <= end; i++)
            put(&row, i, i + 1, SP_SPAN(" "));
        put(&row, from, ladder->width, line);
        write_cells(&row, 0, from, writer);
        sp_write_text(writer, ladder->has_colour ? "\033[36m" : "");
        write_cells(&row, from, end, writer);
        sp_write_text(writer, ladder->has_colour ? "\033[0m" : "");
        write_cells(&row, end, used_width(&row), writer);
        sp_write_octet(writer, '\n');
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of columns, and templates over them.
 */
#include "store/columns.h"

static const struct sp_span known[SP_COLUMN_COUNT] = {
    [SP_COLUMN_FROM] = {"from", 4},       [SP_COLUMN_CODE] = {"code", 4},
    [SP_COLUMN_TO] = {"to", 2},           [SP_COLUMN_Q] = {"q", 1},
    [SP_COLUMN_EXPIRES] = {"expires", 7},
};

/* Which column has that name: -1 for none. */
static int find_name(const struct sp_columns *columns, struct sp_span name)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (sp_span_equal(columns->name[i], name))
            return (int)i;
    }
    return -1;
}

static enum sp_err add_name(struct sp_columns *columns, struct sp_span name, struct sp_writer *why)
{
    if (columns->count == SP_CSV_FIELDS_MAX ||
        name.len > sizeof columns->names - columns->names_len) {
        sp_write_format(why, "too many columns; at most %d are read", SP_CSV_FIELDS_MAX);
        return SP_ERR_FULL;
    }
    if (!sp_span_equal(name, SP_SPAN("-")) && find_name(columns, name) >= 0) {
        sp_write_text(why, "two columns are named \"");
        sp_write_escaped(why, sp_span_first(name, 60));
        sp_write_text(why, "\"");
        return SP_ERR_SYNTAX;
    }
    char *copy = columns->names + columns->names_len;
    memcpy(copy, name.ptr, name.len);
    columns->name[columns->count++] = sp_span(copy, name.len);
    columns->names_len += name.len;
    return SP_OK;
}

/* Templates. */

static enum sp_err add_piece(struct sp_template *template, struct sp_span text, int field,
                             struct sp_writer *why)
{
    if (text.len == 0 && field < 0)
        return SP_OK;
    if (template->count == SP_TEMPLATE_PIECES_MAX) {
        sp_write_format(why, "too many pieces in a template; at most %d", SP_TEMPLATE_PIECES_MAX);
        return SP_ERR_FULL;
    }
    template->piece[template->count].text = text;
    template->piece[template->count].field = field;
    template->count++;
    return SP_OK;
}

static enum sp_err refuse_name(const struct sp_columns *columns, struct sp_span name,
                               struct sp_writer *why)
{
    sp_write_text(why, "{");
    sp_write_escaped(why, sp_span_first(name, 60));
    sp_write_text(why, "} is no column; there are");
    for (size_t i = 0; i < columns->count; i++) {
        sp_write_text(why, i == 0 ? " " : ", ");
        sp_write_escaped(why, sp_span_first(columns->name[i], 60));
    }
    return SP_ERR_SYNTAX;
}

/* Cuts a template at its {names}. {user} stays in the text. */
static enum sp_err read_template(const struct sp_columns *columns, struct sp_span text,
                                 struct sp_template *template, struct sp_writer *why)
{
    struct sp_span rest = text;
    template->count = 0;
    while (rest.len > 0) {
        const size_t open = sp_span_find(rest, '{');
        const size_t len = sp_span_find(sp_span_after(rest, open), '}');
        enum sp_err err = add_piece(template, sp_span_first(rest, open), -1, why);
        rest = sp_span_after(rest, open);
        if (err != SP_OK || rest.len == 0)
            return err;
        if (len == rest.len) {
            sp_write_text(why, "a template has a { without a }");
            return SP_ERR_SYNTAX;
        }
        const struct sp_span name = sp_span_after(sp_span_first(rest, len), 1);
        if (sp_span_equal(name, SP_SPAN("user"))) {
            err = add_piece(template, sp_span_first(rest, len + 1), -1, why);
        } else {
            const int field = find_name(columns, name);
            err = field < 0 ? refuse_name(columns, name, why)
                            : add_piece(template, sp_span_absent(), field, why);
        }
        if (err != SP_OK)
            return err;
        rest = sp_span_after(rest, len + 1);
    }
    return SP_OK;
}

static struct sp_span field_of(const struct sp_csv_row *row, int field)
{
    return field >= 0 && (size_t)field < row->count ? row->field[field] : sp_span("", 0);
}

/* Fills a template in; what comes from the row is escaped, so that it stays where it is put. */
static struct sp_span fill_in(struct sp_writer *writer, const struct sp_template *template,
                              const struct sp_csv_row *row)
{
    const size_t start = writer->len;
    for (size_t i = 0; i < template->count; i++) {
        if (template->piece[i].field < 0)
            sp_write_span(writer, template->piece[i].text);
        else
            sp_route_write_user(writer, field_of(row, template->piece[i].field));
    }
    return sp_span(writer->ptr + start, writer->len - start);
}

/* Columns. */

static enum sp_err refuse_column(struct sp_span name, struct sp_writer *why)
{
    sp_write_text(why, "column \"");
    sp_write_escaped(why, sp_span_first(name, 60));
    sp_write_text(why,
                  "\" is not known; a header line is made of from, code, to, q and expires, or "
                  "name the columns with --columns");
    return SP_ERR_SYNTAX;
}

/* What each name means, and whether all that a rule needs is there. */
static enum sp_err resolve(struct sp_columns *columns, struct sp_writer *why)
{
    const struct sp_columns_options *options = &columns->options;
    const bool may_be_any = !sp_span_is_absent(options->columns) ||
                            !sp_span_is_absent(options->from) || !sp_span_is_absent(options->to);
    enum sp_err err = SP_OK;
    size_t found = 0;
    for (int i = 0; i < SP_COLUMN_COUNT; i++) {
        columns->at[i] = find_name(columns, known[i]);
        found += columns->at[i] >= 0;
    }
    for (size_t i = 0; i < columns->count && found < columns->count && !may_be_any; i++) {
        bool is_known = false;
        for (int k = 0; k < SP_COLUMN_COUNT; k++)
            is_known |= columns->at[k] == (int)i;
        if (!is_known)
            return refuse_column(columns->name[i], why);
    }
    struct sp_span from = options->from;
    if (sp_span_is_absent(from) && columns->at[SP_COLUMN_FROM] < 0 &&
        find_name(columns, SP_SPAN("number")) >= 0)
        from = SP_SPAN("tel:{number}");
    columns->has_from = !sp_span_is_absent(from);
    columns->has_to = !sp_span_is_absent(options->to);
    if (columns->has_from)
        err = read_template(columns, from, &columns->from, why);
    if (err == SP_OK && columns->has_to)
        err = read_template(columns, options->to, &columns->to, why);
    if (err != SP_OK)
        return err;
    if (!columns->has_from && columns->at[SP_COLUMN_FROM] < 0) {
        sp_write_text(why, "no column says which address; name one from, or number");
        return SP_ERR_SYNTAX;
    }
    if (sp_span_is_absent(options->code) && columns->at[SP_COLUMN_CODE] < 0) {
        sp_write_text(why, "no column says which code; name one code, or give --code");
        return SP_ERR_SYNTAX;
    }
    return SP_OK;
}

enum sp_err sp_columns_init(struct sp_columns *columns, const struct sp_columns_options *options,
                            struct sp_writer *why)
{
    *columns = (struct sp_columns){.options = *options};
    if (sp_span_is_absent(options->columns))
        return SP_OK;
    struct sp_span rest = options->columns;
    for (;;) {
        const size_t len = sp_span_find(rest, ',');
        const enum sp_err err = add_name(columns, sp_span_trim(sp_span_first(rest, len)), why);
        if (err != SP_OK)
            return err;
        if (len == rest.len)
            break;
        rest = sp_span_after(rest, len + 1);
    }
    columns->has_names = true;
    return resolve(columns, why);
}

enum sp_err sp_columns_begin(struct sp_columns *columns, const struct sp_csv_row *row,
                             bool *is_header, struct sp_writer *why)
{
    *is_header = !columns->has_names || row->count == columns->count;
    for (size_t i = 0; i < row->count && columns->has_names && *is_header; i++)
        *is_header = sp_span_equal(row->field[i], columns->name[i]);
    if (columns->has_names)
        return SP_OK;
    for (size_t i = 0; i < row->count; i++) {
        const enum sp_err err = add_name(columns, sp_span_trim(row->field[i]), why);
        if (err != SP_OK)
            return err;
    }
    columns->has_names = true;
    return resolve(columns, why);
}

enum sp_err sp_columns_read(struct sp_columns *columns, const struct sp_csv_row *row,
                            struct sp_span *from, struct sp_rule_text *rule,
                            struct sp_rule_fault *fault)
{
    const struct sp_columns_options *options = &columns->options;
    struct sp_writer writer;
    if (row->count > columns->count) {
        *fault = (struct sp_rule_fault){
            .why = "there are more fields in this row than columns; is a quote missing?"};
        return SP_ERR_SYNTAX;
    }
    sp_writer_init(&writer, columns->text, sizeof columns->text);
    *from = columns->has_from ? fill_in(&writer, &columns->from, row)
                              : field_of(row, columns->at[SP_COLUMN_FROM]);
    rule->code = sp_span_is_absent(options->code) ? field_of(row, columns->at[SP_COLUMN_CODE])
                                                  : options->code;
    rule->to = columns->has_to ? fill_in(&writer, &columns->to, row)
                               : field_of(row, columns->at[SP_COLUMN_TO]);
    rule->q = field_of(row, columns->at[SP_COLUMN_Q]);
    rule->expires = field_of(row, columns->at[SP_COLUMN_EXPIRES]);
    if (writer.err != SP_OK) {
        *fault = (struct sp_rule_fault){.why = "a template becomes longer than 4096 octets"};
        return writer.err;
    }
    return SP_OK;
}

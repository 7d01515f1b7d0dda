/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of three codes and more: fact by fact, with a line for each code. Columns would be too
 * narrow for sentences on a terminal of eighty.
 */
#include "reference/fact.h"
#include "reference/part.h"
#include "reference/statement.h"
#include "reference/text.h"
#include "reference/word.h"
#include "signpost/reference/page.h"

enum {
    CODE_COLUMNS = 5 /* a code and the gap behind it */
};

struct table {
    struct sp_flow flow;
    const unsigned *codes;
    unsigned count;
};

static void write_line(const struct table *table, unsigned code, struct sp_span value)
{
    const struct sp_flow inside = sp_part_inside(&table->flow);
    char octets[4];
    struct sp_writer number;
    sp_writer_init(&number, octets, sizeof octets);
    sp_write_u64(&number, code);
    sp_flow_labelled(&inside, sp_state_end(&number), CODE_COLUMNS, value);
}

static void write_meanings(const struct table *table)
{
    const struct sp_flow inside = sp_part_inside(&table->flow);
    const enum sp_language language = table->flow.format->language;
    sp_flow_heading(&table->flow, sp_word(SP_WORD_meaning, language));
    for (unsigned k = 0; k < table->count; k++) {
        const struct sp_reference_code *const page = sp_reference_find(table->codes[k]);
        sp_flow_paragraph(&inside, sp_span_of(page->text[language][SP_CODE_summary]));
    }
}

static void write_fact(const struct table *table, enum sp_fact fact)
{
    const enum sp_language language = table->flow.format->language;
    sp_flow_heading(&table->flow, sp_fact_label(fact, language));
    for (unsigned k = 0; k < table->count; k++) {
        char octets[SP_STATEMENT_MAX];
        struct sp_writer value;
        sp_writer_init(&value, octets, sizeof octets);
        sp_fact_value(fact, &value, sp_reference_find(table->codes[k]), language);
        write_line(table, table->codes[k],
                   value.len > 0 ? sp_state_end(&value) : sp_word(SP_WORD_none, language));
    }
}

static void write_titles(const struct table *table)
{
    const enum sp_language language = table->flow.format->language;
    sp_flow_title(&table->flow, sp_word(SP_WORD_table, language));
    sp_write_octet(table->flow.writer, '\n');
    for (unsigned k = 0; k < table->count; k++) {
        char octets[SP_STATEMENT_MAX];
        struct sp_writer title;
        sp_writer_init(&title, octets, sizeof octets);
        sp_state_title(&title, table->codes[k], language);
        sp_flow_item(&table->flow, sp_state_end(&title));
    }
}

enum sp_err sp_reference_tabulate(struct sp_writer *writer, const unsigned *codes, unsigned count,
                                  const struct sp_reference_format *format)
{
    for (unsigned k = 0; k < count; k++)
        if (sp_reference_find(codes[k]) == NULL)
            return SP_ERR_ABSENT;
    const struct table table = {{.writer = writer, .format = format}, codes, count};
    write_titles(&table);
    write_meanings(&table);
    for (enum sp_fact fact = 0; fact < SP_FACT_BLOCK_COUNT; fact++)
        write_fact(&table, fact);
    return SP_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns and templates: which field becomes which, and what is told about names that are wrong.
 */
#include "store/testing.h"

#include "store/columns.h"

static struct sp_span maybe(const char *text)
{
    return text == NULL ? sp_span_absent() : sp_span_of(text);
}

/* Cuts a line without quotes; `text` lives as long as the row. */
static void cut(char *text, struct sp_csv_row *row)
{
    struct sp_csv_reading reading;
    assert_int_equal(sp_csv_row_read(text, strlen(text), true, row, &reading), SP_OK);
}

/* "from|code|to|q|expires" of a row, or what was told. */
static void read_row(const struct sp_columns_options *options, const char *first, const char *line,
                     char shown[512])
{
    static struct sp_columns columns; /* large */
    char first_text[256];
    char text[256];
    struct sp_csv_row row;
    struct sp_writer why;
    struct sp_span from;
    struct sp_rule_text rule;
    struct sp_rule_fault fault;
    bool is_header = false;
    (void)snprintf(first_text, sizeof first_text, "%s", first);
    (void)snprintf(text, sizeof text, "%s", line);
    sp_writer_init(&why, shown, 511);
    cut(first_text, &row);
    if (sp_columns_init(&columns, options, &why) != SP_OK ||
        sp_columns_begin(&columns, &row, &is_header, &why) != SP_OK) {
        shown[why.len] = '\0';
        return;
    }
    cut(text, &row);
    if (sp_columns_read(&columns, &row, &from, &rule, &fault) != SP_OK) {
        (void)snprintf(shown, 512, "%s", fault.why);
        return;
    }
    (void)snprintf(shown, 512, "%s%.*s|%.*s|%.*s|%.*s|%.*s",
                   is_header ? "" : "no header: ", (int)from.len, from.ptr, (int)rule.code.len,
                   rule.code.ptr, (int)rule.to.len, rule.to.ptr, (int)rule.q.len, rule.q.ptr,
                   (int)rule.expires.len, rule.expires.ptr);
}

static void fields_are_found_by_name_or_made_by_a_template(void **state)
{
    (void)state;
    static const struct {
        const char *columns, *code, *from, *to;
        const char *first;
        const char *line;
        const char *shown;
    } cases[] = {
        {NULL, NULL, NULL, NULL, "from,code,to,q,expires", "a,301,b,1,60", "a|301|b|1|60"},
        {NULL, NULL, NULL, NULL, " to , from ,code", "b,a,301", "a|301|b||"},
        {NULL, NULL, NULL, NULL, "from,code,to", "a,404", "a|404|||"},
        {NULL, "301", NULL, "sip:{user}@x", "from", "a", "a|301|sip:{user}@x||"},
        {"from,to", "301", NULL, NULL, "from,to", "a,b", "a|301|b||"},
        {"from,to", "301", NULL, NULL, "a,b", "a,b", "no header: a|301|b||"},
        {"number,-,-,lrn", "302", NULL, "sip:{user};rn={lrn}@x", "1,x,y,2", "1,x,y,2",
         "no header: tel:1|302|sip:{user};rn=2@x||"},
        {"n,h", "301", "sip:{n}@{h}", "sip:{n}@new.{h}", "1,x", "1,x",
         "no header: sip:1@x|301|sip:1@new.x||"},
        {"number,to", "301", NULL, NULL, "1,x", "a@b,x", "no header: tel:a%40b|301|x||"},
        {"from", NULL, NULL, NULL, "a", "a",
         "no column says which code; name one code, or give --code"},
        {"to", "301", NULL, NULL, "a", "a",
         "no column says which address; name one from, or number"},
        {"from", "301", NULL, "sip:{user}@{x}", "a", "a", "{x} is no column; there are from"},
        {"from,x", "301", NULL, "sip:{x", "a,b", "a,b", "a template has a { without a }"},
        {"from", "301", NULL,
         "{user}{user}{user}{user}{user}{user}{user}{user}{user}{user}{user}"
         "{user}{user}{user}{user}{user}{user}",
         "a", "a", "too many pieces in a template; at most 16"},
        {"a,b,a", "301", NULL, NULL, "1", "1", "two columns are named \"a\""},
        {"from,to", "301", NULL, NULL, "a,b", "a,b,c",
         "there are more fields in this row than columns; is a quote missing?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char shown[512];
        const struct sp_columns_options options = {
            .columns = maybe(cases[i].columns),
            .code = maybe(cases[i].code),
            .from = maybe(cases[i].from),
            .to = maybe(cases[i].to),
        };
        read_row(&options, cases[i].first, cases[i].line, shown);
        assert_string_equal(shown, cases[i].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found_by_name_or_made_by_a_template),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

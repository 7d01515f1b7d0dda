/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV: how rows are cut, and that what was written reads back.
 */
#include "store/testing.h"

#include "store/csv.h"

/* A row with its fields between bars, or the error's sentence. */
static void read_row(const char *text, bool is_whole, char *shown, size_t max)
{
    char octets[512];
    struct sp_csv_row row;
    struct sp_csv_reading reading;
    const size_t len = strlen(text);
    memcpy(octets, text, len);
    const enum sp_err err = sp_csv_row_read(octets, len, is_whole, &row, &reading);
    if (err != SP_OK) {
        (void)snprintf(shown, max, "%s", err == SP_PARTIAL ? "more" : reading.why);
        return;
    }
    int used = snprintf(shown, max, "%zu/%d", reading.used, (int)reading.lines);
    for (size_t i = 0; i < row.count; i++)
        used += snprintf(shown + used, max - (size_t)used, "|%.*s", (int)row.field[i].len,
                         row.field[i].ptr);
}

static void rows_are_cut_as_rfc_4180_says(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *shown;
    } cases[] = {
        {"a,b\n", "4/1|a|b"},
        {"a,b\r\nc\n", "5/1|a|b"},
        {"a,b", "3/0|a|b"},
        {",\n", "2/1||"},
        {"\n", "1/1|"},
        {"\"a\",\"b,c\"\n", "10/1|a|b,c"},
        {"\"a\"\"b\",c\r\n", "10/1|a\"b|c"},
        {"\"a\nb\",c\n", "8/2|a\nb|c"},
        {"\"a\r\nb\",c\n", "9/2|a\r\nb|c"},
        {"\"\"\n", "3/1|"},
        {"a\rb,c\n", "6/1|a\rb|c"},
        {"\"a", "a field begins with a quote and does not end"},
        {"\"a\"b,c\n", "a closing quote must be followed by a comma or the end of the line"},
        {"a\"b\"\n",
         "a quote inside a field; put the whole field in quotes and write the quote twice"},
        {"1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3\n",
         "too many fields; at most 32 are read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char shown[512];
        read_row(cases[i].text, true, shown, sizeof shown);
        assert_string_equal(shown, cases[i].shown);
    }
}

static void a_row_that_does_not_end_waits_for_more(void **state)
{
    (void)state;
    static const char *const texts[] = {"a,b", "\"a\n", "\"a\"", "\"a\"\"b\n", "a,\"b\nc\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char shown[512];
        read_row(texts[i], false, shown, sizeof shown);
        assert_string_equal(shown, "more");
    }
}

static void a_field_is_quoted_when_it_must_be(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        const char *written;
    } cases[] = {
        {"plain", "plain"},   {"", ""},         {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""}, {"\r", "\"\r\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char octets[64];
        struct sp_writer writer;
        sp_writer_init(&writer, octets, sizeof octets);
        sp_csv_write_field(&writer, sp_span_of(cases[i].field));
        testing_assert_span(sp_span(octets, writer.len), cases[i].written);
    }
}

static void a_file_of_many_blocks_is_read_whole_with_its_lines(void **state)
{
    (void)state;
    FILE *const unnamed = tmpfile();
    const int file = dup(fileno(unnamed));
    fclose(unnamed);
    FILE *out = fdopen(dup(file), "w");
    enum {
        COUNT = 200000
    };
    for (int i = 0; i < COUNT; i++)
        fprintf(out, "%d,\"two\nlines\"\n", i);
    fclose(out);
    lseek(file, 0, SEEK_SET);
    struct sp_csv *csv = NULL;
    struct sp_csv_row row;
    assert_int_equal(sp_csv_new(file, &csv), SP_OK);
    for (int i = 0; i < COUNT; i++) {
        char number[16];
        assert_int_equal(sp_csv_next(csv, &row), SP_OK);
        (void)snprintf(number, sizeof number, "%d", i);
        testing_assert_span(row.field[0], number);
        testing_assert_span(row.field[1], "two\nlines");
        assert_int_equal(row.line, 2 * i + 1);
    }
    assert_int_equal(sp_csv_next(csv, &row), SP_ERR_ABSENT);
    sp_csv_free(&csv);
    close(file);
}

static void a_row_of_more_than_64_kib_is_refused(void **state)
{
    (void)state;
    FILE *const unnamed = tmpfile();
    const int file = dup(fileno(unnamed));
    fclose(unnamed);
    char *text = malloc(3 * SP_CSV_BUFFER_MAX);
    memset(text, 'a', 3 * SP_CSV_BUFFER_MAX);
    text[0] = '"';
    assert_int_equal(write(file, text, 3 * SP_CSV_BUFFER_MAX), 3 * SP_CSV_BUFFER_MAX);
    free(text);
    lseek(file, 0, SEEK_SET);
    struct sp_csv *csv = NULL;
    struct sp_csv_row row;
    assert_int_equal(sp_csv_new(file, &csv), SP_OK);
    assert_int_equal(sp_csv_next(csv, &row), SP_ERR_FULL);
    assert_string_equal(sp_csv_why(csv), "a row of more than 64 KiB; is a quote missing?");
    sp_csv_free(&csv);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_cut_as_rfc_4180_says),
        cmocka_unit_test(a_row_that_does_not_end_waits_for_more),
        cmocka_unit_test(a_field_is_quoted_when_it_must_be),
        cmocka_unit_test(a_file_of_many_blocks_is_read_whole_with_its_lines),
        cmocka_unit_test(a_row_of_more_than_64_kib_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

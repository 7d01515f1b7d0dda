/* SPDX-License-Identifier: Apache-2.0
 *
 * Imports: what each kind of bad row is told, what a good file becomes, and that it is all or
 * nothing.
 */
#include "store/testing.h"

#include <fcntl.h>

#include "store/import.h"
#include "store/route_csv.h"
#include "store/spool.h"

struct fixture {
    char folder[64];
    char spec[96];
    struct sp_store *store;
};

static void open_store(struct fixture *fixture, enum sp_store_mode mode)
{
    const struct sp_store_options options = {.mode = mode};
    struct sp_store_problem problem;
    assert_int_equal(sp_store_open(sp_span_of(fixture->spec), &options, &fixture->store, &problem),
                     SP_OK);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    testing_folder(fixture->folder);
    (void)snprintf(fixture->spec, sizeof fixture->spec, "lmdb:%s", fixture->folder);
    open_store(fixture, SP_STORE_WRITE);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sp_store_close(&fixture->store);
    testing_remove(fixture->folder);
    free(fixture);
    return 0;
}

/* An open file without a name that holds the text. */
static int file_of(const char *text, size_t len)
{
    FILE *const unnamed = tmpfile();
    assert_non_null(unnamed);
    const int file = dup(fileno(unnamed));
    fclose(unnamed);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, len), (ssize_t)len);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    return file;
}

static const struct sp_key_rules rules = {.tel_domain = {"example.com", 11}};

struct result {
    enum sp_err err;
    struct sp_import_summary summary;
    char problem[512];
};

/* Imports a text into `main` and flips to it. */
static struct result import_with(struct fixture *fixture, const char *text, size_t len,
                                 struct sp_import_options options)
{
    struct result result = {0};
    struct sp_import *import = NULL;
    struct sp_store_problem problem = {""};
    options.table = SP_SPAN("main");
    options.name = "moved.csv";
    options.rules = &rules;
    options.file = file_of(text, len);
    if (options.memory == 0)
        options.memory = SP_SPOOL_MEMORY_MIN;
    result.err = sp_import_new(fixture->store, &options, &import, &problem);
    if (result.err == SP_OK) {
        do
            result.err = sp_import_step(import);
        while (result.err == SP_PARTIAL);
        (void)snprintf(problem.text, sizeof problem.text, "%s", sp_import_problem(import));
        sp_import_summary(import, &result.summary);
        sp_import_free(&import);
    }
    (void)snprintf(result.problem, sizeof result.problem, "%s", problem.text);
    if (result.err == SP_OK)
        assert_int_equal(sp_store_flip(fixture->store, options.table, result.summary.generation),
                         SP_OK);
    close(options.file);
    return result;
}

static struct result import(struct fixture *fixture, const char *text)
{
    return import_with(fixture, text, strlen(text), (struct sp_import_options){0});
}

/* The table as CSV. */
static const char *export(struct fixture *fixture)
{
    static char text[16 * 1024]; /* read before the next call */
    struct sp_writer writer;
    struct sp_store_reader *reader = NULL;
    struct sp_route_cursor *cursor = NULL;
    struct sp_route route;
    sp_writer_init(&writer, text, sizeof text - 1);
    sp_route_csv_header(&writer);
    assert_int_equal(sp_store_reader_new(fixture->store, &reader), SP_OK);
    if (sp_route_cursor_open(reader, SP_SPAN("main"), sp_span_absent(), &cursor) == SP_OK) {
        while (sp_route_cursor_next(cursor, &route) == SP_OK)
            sp_route_csv_write(&writer, &route);
    }
    sp_route_cursor_close(&cursor);
    sp_store_reader_free(&reader);
    assert_int_equal(writer.err, SP_OK);
    text[writer.len] = '\0';
    return text;
}

#define HEADER "from,code,to,q,expires\n"

static const char all_kinds[] =
    HEADER "sip:15550000001@example.com,301,sip:15550000001@new.example.net,,\n"
           "sip:a%40b@example.com,404,,,\n"
           "sip:many@example.com,300,sip:a@one.example.net,0.9,\n"
           "sip:many@example.com,300,\"sip:b,c@two.example.net\",0.333,30\n"
           "sip:many@example.com,300,sip:z@three.example.net,1,\n"
           "sip:star%2A@example.com,410,,,\n"
           "sip:temp@example.com,302,sip:temp@elsewhere.example.net,,60\n"
           "sip:1777*@example.com,301,sip:{user}@gw7.example.net,,\n"
           "sip:*@old.example.com,301,sip:{user}@new.example.com,,\n";

static void an_export_is_the_file_that_was_imported(void **state)
{
    struct fixture *fixture = *state;
    const struct result result = import(fixture, all_kinds);
    assert_string_equal(result.problem, "");
    assert_int_equal(result.err, SP_OK);
    assert_int_equal(result.summary.rows, 9);
    assert_int_equal(result.summary.after, 7);
    assert_int_equal(result.summary.added, 7);
    assert_string_equal(export(fixture), all_kinds);
}

static void each_bad_row_is_told_with_its_line_and_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *text;
        const char *problem;
    } cases[] = {
        {"", "moved.csv:1: the file is empty; it begins with a header line such as "
             "from,code,to,q,expires"},
        {"from,kode\n", "moved.csv:1: column \"kode\" is not known; a header line is made of from, "
                        "code, to, q and expires, or name the columns with --columns"},
        {"from,from\n", "moved.csv:1: two columns are named \"from\""},
        {"code,to\n", "moved.csv:1: no column says which address; name one from, or number"},
        {"from,to\n", "moved.csv:1: no column says which code; name one code, or give --code"},
        {HEADER "sip:a@example.com,404\nbob,404\n",
         "moved.csv:3: from \"bob\" is not an address; write sip:user@host, sip:begin*@host, "
         "sip:*@host or tel:+number"},
        {HEADER "\n\nmailto:bob@example.com,404\n",
         "moved.csv:4: from \"mailto:bob@example.com\" is not an address; write sip:user@host, "
         "sip:begin*@host, sip:*@host or tel:+number"},
        {HEADER "sip:a:secret@example.com,404\n",
         "moved.csv:2: from \"sip:a:secret@example.com\" holds a password or headers, which no "
         "look-up sees; leave them out"},
        {HEADER "sip:a@example.com,305,sip:b@example.com\n",
         "moved.csv:2: code \"305\" is not a code that a route may have; write 300, 301, 302, 404, "
         "410 or 480"},
        {HEADER "sip:a@example.com,,sip:b@example.com\n",
         "moved.csv:2: code \"\" is not a code that a route may have; write 300, 301, 302, 404, "
         "410 or 480"},
        {HEADER "sip:a@example.com,301\n",
         "moved.csv:2: code \"301\" needs a target; write its URI under to"},
        {HEADER "sip:a@example.com,404,sip:b@example.com\n",
         "moved.csv:2: code \"404\" leads nowhere; leave to, q and expires empty"},
        {HEADER "sip:a@example.com,301,b@example.com\n",
         "moved.csv:2: to \"b@example.com\" is not a target; write a sip:, sips: or tel: URI, in "
         "which {user} may stand"},
        {HEADER "sip:a@example.com,301,\"sip:b@example.com\r\nX: y\"\n",
         "moved.csv:2: to \"sip:b@example.com\\x0d\\x0aX: y\" is not a target; write a sip:, sips: "
         "or tel: URI, in which {user} may stand"},
        {HEADER "sip:a@example.com,301,sip:b@example.com,1.5\n",
         "moved.csv:2: q \"1.5\" is not a q; write a number from 0 to 1 with at most three "
         "decimals, or nothing"},
        {HEADER "sip:a@example.com,301,sip:b@example.com,,soon\n",
         "moved.csv:2: expires \"soon\" is not an expires; write seconds from 0 to 4294967295, or "
         "nothing"},
        {HEADER "sip:a@example.com,301,sip:a@EXAMPLE.com\n",
         "moved.csv:2: to \"sip:a@EXAMPLE.com\" is the address that it is for, so a caller would "
         "ask again for ever"},
        {HEADER "sip:1*@example.com,301,sip:{user}@example.com\n",
         "moved.csv:2: to \"sip:{user}@example.com\" is the address that it is for, so a caller "
         "would ask again for ever"},
        {HEADER "sip:a@example.com,404,,,,\n",
         "moved.csv:2: there are more fields in this row than columns; is a quote missing?"},
        {HEADER "sip:a@example.com,4\"04\n",
         "moved.csv:2: a quote inside a field; put the whole field in quotes and write the quote "
         "twice"},
        {HEADER "\"sip:a@example.com\"x,404\n",
         "moved.csv:2: a closing quote must be followed by a comma or the end of the line"},
        {HEADER "sip:a@example.com,404\n\"sip:b@example.com,404\n",
         "moved.csv:3: a field begins with a quote and does not end"},
        {HEADER "sip:a@example.com,301,sip:b@x.example\nsip:c@x.example,404\n"
                "sip:A@x.example,404\nsip:a@Example.com,302,sip:c@x.example\n",
         "moved.csv:5: sip:a@example.com is on line 2 already: one address has one code"},
        {HEADER "sip:a@example.com,301,sip:b@x.example\nsip:a@example.com,301,sip:b@x.example\n",
         "moved.csv:3: sip:a@example.com is on line 2 already: that target is there already"},
        {HEADER "sip:a@example.com,404\nsips:a@example.com,404\n",
         "moved.csv:3: sip:a@example.com is on line 2 already: it is there already"},
    };
    assert_int_equal(import(fixture, all_kinds).err, SP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct result result = import(fixture, cases[i].text);
        assert_string_equal(result.problem, cases[i].problem);
        assert_int_not_equal(result.err, SP_OK);
        assert_string_equal(export(fixture), all_kinds);
    }
}

static void a_seventeenth_target_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char text[4096] = HEADER;
    for (int i = 0; i < 17; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "sip:a@example.com,300,sip:%d@x.example\n", i);
    assert_string_equal(import(fixture, text).problem,
                        "moved.csv:18: sip:a@example.com is on line 2 already: an address has at "
                        "most 16 targets");
}

static void line_ends_marks_and_quotes_are_read_as_rfc_4180_says(void **state)
{
    struct fixture *fixture = *state;
    static const char *const texts[] = {
        "from,code,to\nsip:a@example.com,301,sip:b@x.example\n",
        "from,code,to\r\nsip:a@example.com,301,sip:b@x.example\r\n",
        "from,code,to\nsip:a@example.com,301,sip:b@x.example",
        ("\xEF\xBB\xBF"
         "from,code,to\n\n\nsip:a@example.com,301,sip:b@x.example\n\n"),
        "\"to\",\"code\",\"from\"\n\"sip:b@x.example\",\"301\",\"sip:a@example.com\"\r\n",
        "code,from,to,q\n301,sip:a@example.com,sip:b@x.example,\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct result result = import(fixture, texts[i]);
        assert_string_equal(result.problem, "");
        assert_string_equal(export(fixture), HEADER "sip:a@example.com,301,sip:b@x.example,,\n");
    }
}

static void columns_and_a_template_make_routes_of_a_foreign_file(void **state)
{
    struct fixture *fixture = *state;
    static const char text[] = "+15551230001,+15559990000\n+1777*,+1555 999;x\n";
    struct sp_import_options options = {0};
    options.columns.columns = SP_SPAN("number,lrn");
    options.columns.code = SP_SPAN("302");
    options.columns.to = SP_SPAN("sip:{user};npdi;rn={lrn}@gw.example.net;user=phone");
    const struct result result = import_with(fixture, text, strlen(text), options);
    assert_string_equal(result.problem, "");
    assert_string_equal(export(fixture),
                        HEADER "sip:+15551230001@example.com,302,"
                               "sip:{user};npdi;rn=+15559990000@gw.example.net;user=phone,,\n"
                               "sip:+1777*@example.com,302,"
                               "sip:{user};npdi;rn=+1555%20999%3Bx@gw.example.net;user=phone,,\n");
    options.columns.to = SP_SPAN("sip:{lnr}@x.example");
    assert_string_equal(import_with(fixture, text, strlen(text), options).problem,
                        "{lnr} is no column; there are number, lrn");
}

static void a_number_dip_to_the_same_host_is_no_circle(void **state)
{
    struct fixture *fixture = *state;
    assert_string_equal(import(fixture, HEADER "sip:1@example.com,302,"
                                               "sip:1;npdi;rn=+1555@example.com;user=phone\n")
                            .problem,
                        "");
}

static void a_file_of_half_the_size_needs_force(void **state)
{
    struct fixture *fixture = *state;
    static const char half[] = HEADER "sip:0@example.com,404\n";
    char text[1024] = HEADER;
    for (int i = 0; i < 10; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "sip:%d@example.com,404\n",
                       i);
    assert_int_equal(import(fixture, text).summary.after, 10);
    struct result result = import(fixture, half);
    assert_int_equal(result.err, SP_ERR_REFUSED);
    assert_string_equal(result.problem,
                        "moved.csv: the table would shrink from 10 to 1 routes, by more than a "
                        "tenth; nothing was changed; give --force when it is meant");
    result = import_with(fixture, half, strlen(half), (struct sp_import_options){.force = true});
    assert_int_equal(result.err, SP_OK);
    assert_int_equal(result.summary.removed, 9);
}

static void the_summary_counts_what_was_added_removed_and_changed(void **state)
{
    struct fixture *fixture = *state;
    (void)import(fixture, HEADER "sip:a@x.example,404\nsip:b@x.example,404\nsip:c@x.example,404\n"
                                 "sip:1*@x.example,404\n");
    const struct result result =
        import(fixture, HEADER "sip:a@x.example,404\nsip:b@x.example,410\nsip:d@x.example,404\n"
                               "sip:e@x.example,404\nsip:*@x.example,404\n");
    assert_int_equal(result.summary.before, 4);
    assert_int_equal(result.summary.after, 5);
    assert_int_equal(result.summary.added, 3);
    assert_int_equal(result.summary.removed, 2);
    assert_int_equal(result.summary.changed, 1);
}

/* Rows in no order, more than memory is allowed for, each third address with two targets. */
static char *many_rows(size_t count, size_t *len)
{
    const size_t max = count * 100 + 100;
    char *text = malloc(max);
    size_t used = (size_t)snprintf(text, max, "%s", HEADER);
    for (size_t i = 0; i < count; i++) {
        const unsigned user = (unsigned)(i * 7919 % count);
        used += (size_t)snprintf(text + used, max - used,
                                 "sip:%08u@example.com,302,sip:first@%u.example\n", user, user);
    }
    for (size_t i = 0; i < count; i += 3)
        used += (size_t)snprintf(text + used, max - used,
                                 "sip:%08u@example.com,302,sip:second@x.example\n", (unsigned)i);
    *len = used;
    return text;
}

static void rows_beyond_the_memory_allowed_are_sorted_in_runs(void **state)
{
    struct fixture *fixture = *state;
    const size_t count = 20011;
    size_t len = 0;
    char *text = many_rows(count, &len);
    const struct result result =
        import_with(fixture, text, len, (struct sp_import_options){.memory = SP_SPOOL_MEMORY_MIN});
    free(text);
    assert_string_equal(result.problem, "");
    assert_int_equal(result.summary.after, count);
    struct sp_store_reader *reader = NULL;
    struct sp_route_cursor *cursor = NULL;
    struct sp_route route;
    size_t seen = 0;
    assert_int_equal(sp_store_reader_new(fixture->store, &reader), SP_OK);
    assert_int_equal(sp_route_cursor_open(reader, SP_SPAN("main"), sp_span_absent(), &cursor),
                     SP_OK);
    for (; sp_route_cursor_next(cursor, &route) == SP_OK; seen++) {
        char key[32];
        (void)snprintf(key, sizeof key, "%08u@example.com", (unsigned)seen);
        testing_assert_span(route.key, key);
        assert_int_equal(route.target_count, seen % 3 == 0 ? 2 : 1);
        if (route.target_count == 2)
            testing_assert_span(route.target[1].uri, "sip:second@x.example");
    }
    assert_int_equal(seen, count);
    sp_route_cursor_close(&cursor);
    sp_store_reader_free(&reader);
}

static void an_abandoned_import_leaves_no_file(void **state)
{
    struct fixture *fixture = *state;
    size_t len = 0;
    char *text = many_rows(50000, &len);
    struct sp_store_problem problem;
    struct sp_import *started = NULL;
    struct sp_import_progress progress;
    const struct sp_import_options options = {
        .table = SP_SPAN("main"), .name = "moved.csv", .file = file_of(text, len)};
    assert_int_equal(sp_import_new(fixture->store, &options, &started, &problem), SP_OK);
    do {
        assert_int_equal(sp_import_step(started), SP_PARTIAL);
        sp_import_progress(started, &progress);
    } while (progress.written == 0);
    char path[96];
    (void)snprintf(path, sizeof path, "%s/routes-1.mdb", fixture->folder);
    assert_int_equal(access(path, F_OK), 0);
    sp_import_free(&started);
    assert_int_not_equal(access(path, F_OK), 0);
    close(options.file);
    free(text);
}

static void a_bad_name_of_a_table_is_refused_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct sp_store_problem problem;
    struct sp_import *started = NULL;
    const struct sp_import_options options = {.table = SP_SPAN("local"), .name = "x", .file = 0};
    assert_int_equal(sp_import_new(fixture->store, &options, &started, &problem), SP_ERR_SYNTAX);
    assert_null(started);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_export_is_the_file_that_was_imported),
        CASE(each_bad_row_is_told_with_its_line_and_changes_nothing),
        CASE(a_seventeenth_target_is_refused),
        CASE(line_ends_marks_and_quotes_are_read_as_rfc_4180_says),
        CASE(columns_and_a_template_make_routes_of_a_foreign_file),
        CASE(a_number_dip_to_the_same_host_is_no_circle),
        CASE(a_file_of_half_the_size_needs_force),
        CASE(the_summary_counts_what_was_added_removed_and_changed),
        CASE(rows_beyond_the_memory_allowed_are_sorted_in_runs),
        CASE(an_abandoned_import_leaves_no_file),
        CASE(a_bad_name_of_a_table_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

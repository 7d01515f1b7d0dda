/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of an import: read, sort, write, sync. A row travels through the spool as its place in
 * the table (kind and key) with its line and its route; rows of one place meet again behind the
 * sort and become one route.
 */
#include "store/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/csv.h"
#include "store/import_write.h"
#include "store/octets.h"
#include "store/rule.h"
#include "store/spool.h"
#include "store/store_inner.h"

enum {
    ROWS_A_STEP = 20 * 1000,
    LINE_OCTETS = 8,
};

struct sp_import {
    struct sp_store *store;
    struct sp_import_options options;
    enum sp_import_phase phase;
    uint64_t rows;
    uint64_t size;
    struct sp_csv *csv;
    struct sp_spool *spool;
    struct sp_import_writer *writer;
    struct sp_import_summary summary;
    struct sp_store_problem problem;
    struct sp_columns columns;
};

static enum sp_err complain_row(struct sp_import *import, uint64_t line, const char *why)
{
    sp_store_problem_set(&import->problem, "%s:%llu: %s", import->options.name,
                         (unsigned long long)line, why);
    return SP_ERR_SYNTAX;
}

static enum sp_err complain_fault(struct sp_import *import, uint64_t line,
                                  const struct sp_rule_fault *fault)
{
    char text[sizeof import->problem.text];
    struct sp_writer writer;
    sp_writer_init(&writer, text, sizeof text - 1);
    sp_rule_fault_write(&writer, fault);
    text[writer.len] = '\0';
    return complain_row(import, line, text);
}

static enum sp_err complain_spool(struct sp_import *import, enum sp_err err)
{
    const char *folder = sp_store_folder(import->store);
    if (err == SP_ERR_IO)
        sp_store_problem_set(
            &import->problem, "%s: %s while sorting %llu rows; free some %llu MB there",
            folder == NULL ? "/tmp" : folder, strerror(sp_spool_code(import->spool)),
            (unsigned long long)import->rows,
            (unsigned long long)((import->size + 3 * sp_spool_octets(import->spool)) >> 20) + 1);
    else
        sp_store_problem_set(&import->problem, "sorting %llu rows: %s",
                             (unsigned long long)import->rows, sp_err_text(err));
    return err;
}

enum sp_err sp_import_new(struct sp_store *store, const struct sp_import_options *options,
                          struct sp_import **import, struct sp_store_problem *problem)
{
    struct sp_writer why;
    struct stat status;
    if (!sp_table_name_is_valid(options->table)) {
        sp_store_problem_set(problem, "a table's name is 1 to %d of a-z 0-9 - _, and not local",
                             SP_STORE_NAME_MAX);
        return SP_ERR_SYNTAX;
    }
    struct sp_import *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->store = store;
    made->options = *options;
    if (fstat(options->file, &status) == 0 && S_ISREG(status.st_mode))
        made->size = (uint64_t)status.st_size;
    sp_writer_init(&why, problem->text, sizeof problem->text - 1);
    enum sp_err err = sp_columns_init(&made->columns, &options->columns, &why);
    problem->text[why.len] = '\0';
    if (err == SP_OK)
        err = sp_csv_new(options->file, &made->csv);
    if (err == SP_OK) {
        const char *folder = sp_store_folder(store);
        err = sp_spool_new(folder == NULL ? "/tmp" : folder,
                           options->memory > 0 ? options->memory : SP_IMPORT_MEMORY, &made->spool);
    }
    if (err == SP_OK)
        *import = made;
    else
        sp_import_free(&made);
    return err;
}

void sp_import_free(struct sp_import **import)
{
    if (*import == NULL)
        return;
    sp_import_writer_free(&(*import)->writer);
    sp_spool_free(&(*import)->spool);
    sp_csv_free(&(*import)->csv);
    free(*import);
    *import = NULL;
}

/* Reading. */

/* Kind and key, in the order in which a table wants them; line and route behind. */
static enum sp_err add_route(struct sp_import *import, uint64_t line, const struct sp_route *route)
{
    char key_octets[1 + SP_KEY_MAX];
    char octets[LINE_OCTETS + SP_SPOOL_RECORD_MAX];
    struct sp_writer key;
    struct sp_writer record;
    sp_writer_init(&key, key_octets, sizeof key_octets);
    sp_octets_put(&key, (uint64_t)route->kind, 1);
    sp_write_span(&key, route->key);
    sp_writer_init(&record, octets, sizeof octets);
    sp_octets_put(&record, line, LINE_OCTETS);
    enum sp_err err = sp_route_encode(&record, route);
    if (err == SP_OK)
        err =
            sp_spool_add(import->spool, sp_span(key_octets, key.len), sp_span(octets, record.len));
    return err == SP_OK ? SP_OK : complain_spool(import, err);
}

static enum sp_err read_row(struct sp_import *import, const struct sp_csv_row *row)
{
    struct sp_rule_address address;
    struct sp_rule_fault fault;
    struct sp_rule_text text;
    struct sp_route route;
    struct sp_span from;
    enum sp_err err = sp_columns_read(&import->columns, row, &from, &text, &fault);
    if (err == SP_OK)
        err = sp_rule_read_address(from, import->options.rules, &address, &fault);
    if (err == SP_OK)
        err = sp_rule_read(&text, &address, import->options.rules, &route, &fault);
    if (err != SP_OK)
        return complain_fault(import, row->line, &fault);
    import->rows++;
    return add_route(import, row->line, &route);
}

static enum sp_err begin_columns(struct sp_import *import, const struct sp_csv_row *row,
                                 bool *is_header)
{
    char text[sizeof import->problem.text];
    struct sp_writer why;
    sp_writer_init(&why, text, sizeof text - 1);
    const enum sp_err err = sp_columns_begin(&import->columns, row, is_header, &why);
    text[why.len] = '\0';
    return err == SP_OK ? SP_OK : complain_row(import, row->line, text);
}

static enum sp_err end_reading(struct sp_import *import)
{
    if (!import->columns.has_names)
        return complain_row(import, 1,
                            "the file is empty; it begins with a header line such as "
                            "from,code,to,q,expires");
    import->phase = SP_IMPORT_SORTING;
    return SP_PARTIAL;
}

static enum sp_err read_rows(struct sp_import *import)
{
    bool is_first = import->rows == 0 && sp_csv_line(import->csv) == 0;
    for (int i = 0; i < ROWS_A_STEP; i++) {
        struct sp_csv_row row;
        bool is_header = false;
        enum sp_err err = sp_csv_next(import->csv, &row);
        if (err == SP_ERR_ABSENT)
            return end_reading(import);
        if (err != SP_OK)
            return complain_row(import, sp_csv_line(import->csv), sp_csv_why(import->csv));
        if (is_first)
            err = begin_columns(import, &row, &is_header);
        if (err == SP_OK && !is_header)
            err = read_row(import, &row);
        if (err != SP_OK)
            return err;
        is_first = false;
    }
    return SP_PARTIAL;
}

/* Behind the sort. */

static enum sp_err sort_rows(struct sp_import *import)
{
    const enum sp_err err = sp_spool_sort(import->spool);
    if (err != SP_OK)
        return complain_spool(import, err);
    import->phase = SP_IMPORT_WRITING;
    return SP_PARTIAL;
}

static enum sp_err write_rows(struct sp_import *import)
{
    enum sp_err err = SP_OK;
    if (import->writer == NULL)
        err = sp_import_writer_new(import->store, &import->options, import->spool, &import->problem,
                                   &import->writer);
    if (err == SP_OK)
        err = sp_import_write(import->writer, ROWS_A_STEP);
    if (err == SP_OK) {
        import->phase = SP_IMPORT_SYNCING;
        err = SP_PARTIAL;
    }
    return err;
}

/* More than a tenth fewer routes is more often half a file than a wish. */
static enum sp_err guard_size(struct sp_import *import)
{
    const struct sp_import_summary *summary = &import->summary;
    if (import->options.force || summary->after >= summary->before - summary->before / 10)
        return SP_OK;
    sp_store_problem_set(&import->problem,
                         "%s: the table would shrink from %llu to %llu routes, by more than a "
                         "tenth; nothing was changed; give --force when it is meant",
                         import->options.name, (unsigned long long)summary->before,
                         (unsigned long long)summary->after);
    return SP_ERR_REFUSED;
}

static enum sp_err sync_generation(struct sp_import *import)
{
    sp_import_writer_summary(import->writer, &import->summary);
    import->summary.rows = import->rows;
    const enum sp_err err = guard_size(import);
    return err == SP_OK ? sp_import_writer_finish(import->writer, &import->summary.generation)
                        : err;
}

enum sp_err sp_import_step(struct sp_import *import)
{
    enum sp_err err = SP_OK;
    switch (import->phase) {
    case SP_IMPORT_READING:
        err = read_rows(import);
        break;
    case SP_IMPORT_SORTING:
        err = sort_rows(import);
        break;
    case SP_IMPORT_WRITING:
        err = write_rows(import);
        break;
    case SP_IMPORT_SYNCING:
        err = sync_generation(import);
        break;
    }
    if (err != SP_OK && err != SP_PARTIAL) {
        if (import->problem.text[0] == '\0')
            sp_store_problem_set(&import->problem, "%s", sp_err_text(err));
        sp_import_writer_free(&import->writer);
    }
    return err;
}

const char *sp_import_problem(const struct sp_import *import)
{
    return import->problem.text;
}

void sp_import_progress(const struct sp_import *import, struct sp_import_progress *progress)
{
    *progress = (struct sp_import_progress){
        .phase = import->phase,
        .rows = import->rows,
        .octets = sp_csv_octets(import->csv),
        .size = import->size,
        .written = import->writer == NULL ? 0 : sp_import_writer_rows(import->writer),
    };
}

void sp_import_summary(const struct sp_import *import, struct sp_import_summary *summary)
{
    *summary = import->summary;
}

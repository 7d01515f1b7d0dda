/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorted rows into a generation. The table as it is now is walked beside them, place by place,
 * which is how the summary is known without a look-up a row.
 */
#include "store/import_write.h"

#include <stdlib.h>

#include "store/octets.h"
#include "store/rule.h"
#include "store/store_build.h"
#include "store/store_inner.h"

enum {
    LINE_OCTETS = 8,
};

/* A place in a table: kind and key as the spool has them, one behind the other. */
struct place {
    size_t len;
    char octets[1 + SP_KEY_MAX];
};

struct sp_import_writer {
    struct sp_store *store;
    const struct sp_import_options *options;
    struct sp_spool *spool;
    struct sp_store_problem *problem;
    struct sp_store_build *build;
    struct sp_store_reader *reader;
    struct sp_route_cursor *old; /* NULL: the table is new, or its end is reached */
    struct place old_place;
    struct sp_span old_record;
    uint64_t rows;
    struct sp_import_summary summary;

    /* the route that is being put together */
    bool has_route;
    uint64_t first_line;
    struct place place;
    size_t record_len;
    char record[SP_RECORD_MAX];
};

static struct sp_span place_span(const struct place *place)
{
    return sp_span(place->octets, place->len);
}

static struct sp_span place_key(const struct place *place)
{
    return sp_span_after(place_span(place), 1);
}

static enum sp_route_kind place_kind(const struct place *place)
{
    return (enum sp_route_kind)place->octets[0];
}

static enum sp_err complain_store(const struct sp_import_writer *writer, enum sp_err err)
{
    const char *complaint = sp_store_complaint(writer->store);
    sp_store_problem_set(writer->problem, "%s",
                         complaint[0] != '\0' ? complaint : sp_err_text(err));
    return err;
}

/* The table as it is. */

static enum sp_err next_old(struct sp_import_writer *writer)
{
    enum sp_route_kind kind = SP_ROUTE_EXACT;
    struct sp_span key;
    if (writer->old == NULL)
        return SP_OK;
    const enum sp_err err = sp_route_cursor_record(writer->old, &kind, &key, &writer->old_record);
    if (err == SP_ERR_ABSENT) {
        sp_route_cursor_close(&writer->old);
        return SP_OK;
    }
    if (err != SP_OK || key.len > SP_KEY_MAX)
        return complain_store(writer, SP_ERR_IO);
    writer->old_place.octets[0] = (char)kind;
    memcpy(writer->old_place.octets + 1, key.ptr, key.len);
    writer->old_place.len = 1 + key.len;
    writer->summary.before++;
    return SP_OK;
}

static enum sp_err open_old(struct sp_import_writer *writer)
{
    enum sp_err err = sp_store_reader_new(writer->store, &writer->reader);
    if (err == SP_OK)
        err = sp_route_cursor_open(writer->reader, writer->options->table, sp_span_absent(),
                                   &writer->old);
    if (err == SP_ERR_ABSENT) /* the table's first import */
        return SP_OK;
    return err == SP_OK ? next_old(writer) : complain_store(writer, err);
}

/* Counts what became of the old routes up to a new one's place, and of the one there. */
static enum sp_err compare_with_old(struct sp_import_writer *writer, struct sp_span record)
{
    int order = -1;
    enum sp_err err = SP_OK;
    while (writer->old != NULL && err == SP_OK) {
        order = sp_span_compare(place_span(&writer->old_place), place_span(&writer->place));
        if (order >= 0)
            break;
        writer->summary.removed++;
        err = next_old(writer);
    }
    if (err != SP_OK || writer->old == NULL || order > 0) {
        writer->summary.added++;
        return err;
    }
    writer->summary.changed += !sp_span_equal(writer->old_record, record);
    return next_old(writer);
}

/* The new generation. */

enum sp_err sp_import_writer_new(struct sp_store *store, const struct sp_import_options *options,
                                 struct sp_spool *spool, struct sp_store_problem *problem,
                                 struct sp_import_writer **writer)
{
    struct sp_import_writer *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->store = store;
    made->options = options;
    made->spool = spool;
    made->problem = problem;
    enum sp_err err =
        sp_store_build_begin(store, sp_spool_octets(spool), sp_spool_count(spool), &made->build);
    err = err == SP_OK ? open_old(made) : complain_store(made, err);
    if (err == SP_OK)
        *writer = made;
    else
        sp_import_writer_free(&made);
    return err;
}

void sp_import_writer_free(struct sp_import_writer **writer)
{
    if (*writer == NULL)
        return;
    sp_route_cursor_close(&(*writer)->old);
    sp_store_reader_free(&(*writer)->reader);
    sp_store_build_abort(&(*writer)->build);
    free(*writer);
    *writer = NULL;
}

static enum sp_err append(struct sp_import_writer *writer)
{
    const struct sp_span record = sp_span(writer->record, writer->record_len);
    if (!writer->has_route)
        return SP_OK;
    writer->has_route = false;
    writer->summary.after++;
    const enum sp_err err = compare_with_old(writer, record);
    if (err != SP_OK)
        return err;
    const enum sp_err built = sp_store_build_append(writer->build, place_kind(&writer->place),
                                                    place_key(&writer->place), record);
    return built == SP_OK ? SP_OK : complain_store(writer, built);
}

static void begin_route(struct sp_import_writer *writer, struct sp_span place, uint64_t line,
                        struct sp_span record)
{
    memcpy(writer->place.octets, place.ptr, place.len);
    writer->place.len = place.len;
    memcpy(writer->record, record.ptr, record.len);
    writer->record_len = record.len;
    writer->first_line = line;
    writer->has_route = true;
}

static enum sp_err complain_join(const struct sp_import_writer *writer, uint64_t line,
                                 const char *why)
{
    char octets[SP_KEY_MAX * 3 + 8];
    struct sp_writer from;
    sp_writer_init(&from, octets, sizeof octets);
    sp_route_write_from(&from, place_kind(&writer->place), place_key(&writer->place));
    sp_store_problem_set(writer->problem, "%s:%llu: %.*s is on line %llu already: %s",
                         writer->options->name, (unsigned long long)line,
                         (int)(from.len < 200 ? from.len : 200), octets,
                         (unsigned long long)writer->first_line, why);
    return SP_ERR_DUPLICATE;
}

/* One row more for the address of the route at hand. */
static enum sp_err join_route(struct sp_import_writer *writer, uint64_t line, struct sp_span record)
{
    char octets[SP_RECORD_MAX];
    struct sp_writer encoded;
    struct sp_rule_fault fault;
    struct sp_route route;
    struct sp_route more;
    enum sp_err err = sp_route_decode(sp_span(writer->record, writer->record_len), &route);
    if (err == SP_OK)
        err = sp_route_decode(record, &more);
    if (err != SP_OK)
        return complain_store(writer, err);
    if (sp_rule_join(&route, &more, &fault) != SP_OK)
        return complain_join(writer, line, fault.why);
    sp_writer_init(&encoded, octets, sizeof octets);
    err = sp_route_encode(&encoded, &route);
    if (err != SP_OK)
        return complain_store(writer, err);
    memcpy(writer->record, octets, encoded.len);
    writer->record_len = encoded.len;
    return SP_OK;
}

static enum sp_err take_row(struct sp_import_writer *writer, struct sp_span place,
                            struct sp_span record)
{
    const uint64_t line = sp_octets_take(&record, LINE_OCTETS);
    if (sp_span_is_absent(record)) /* a file that changed under us */
        return complain_store(writer, SP_ERR_IO);
    writer->rows++;
    if (writer->has_route && sp_span_equal(place, place_span(&writer->place)))
        return join_route(writer, line, record);
    const enum sp_err err = append(writer);
    if (err == SP_OK)
        begin_route(writer, place, line, record);
    return err;
}

/* Behind the last row: the last route, and the old ones that come after it. */
static enum sp_err end_rows(struct sp_import_writer *writer)
{
    enum sp_err err = append(writer);
    while (err == SP_OK && writer->old != NULL) {
        writer->summary.removed++;
        err = next_old(writer);
    }
    return err;
}

enum sp_err sp_import_write(struct sp_import_writer *writer, uint64_t rows)
{
    for (uint64_t i = 0; i < rows; i++) {
        struct sp_span place;
        struct sp_span record;
        enum sp_err err = sp_spool_next(writer->spool, &place, &record);
        if (err == SP_ERR_ABSENT)
            return end_rows(writer);
        if (err != SP_OK)
            return complain_store(writer, err);
        err = take_row(writer, place, record);
        if (err != SP_OK)
            return err;
    }
    return SP_PARTIAL;
}

uint64_t sp_import_writer_rows(const struct sp_import_writer *writer)
{
    return writer->rows;
}

void sp_import_writer_summary(const struct sp_import_writer *writer,
                              struct sp_import_summary *summary)
{
    *summary = writer->summary;
}

enum sp_err sp_import_writer_finish(struct sp_import_writer *writer, uint64_t *generation)
{
    const enum sp_err err = sp_store_build_finish(&writer->build, generation);
    return err == SP_OK ? SP_OK : complain_store(writer, err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The second half of an import: sorted rows in, a generation out. Rows of one address are joined,
 * and each route is compared with what the table has at its place now.
 */
#ifndef SP_STORE_IMPORT_WRITE_H
#define SP_STORE_IMPORT_WRITE_H

#include <stdint.h>

#include "signpost/base/err.h"
#include "store/import.h"
#include "store/spool.h"
#include "store/store.h"

struct sp_import_writer; /* opaque */

/* `spool` is sorted; it, the options and `problem`, where failures are told, outlive the writer.
 * Errors: as sp_import_step. */
SP_MUST_USE enum sp_err sp_import_writer_new(struct sp_store *store,
                                             const struct sp_import_options *options,
                                             struct sp_spool *spool,
                                             struct sp_store_problem *problem,
                                             struct sp_import_writer **writer);

/* Ends the build unless it is finished. */
void sp_import_writer_free(struct sp_import_writer **writer);

/* Writes the routes of some `rows`. SP_PARTIAL: there are more. Errors: as sp_import_step. */
SP_MUST_USE enum sp_err sp_import_write(struct sp_import_writer *writer, uint64_t rows);

uint64_t sp_import_writer_rows(const struct sp_import_writer *writer);

/* How the table changes; after the last row. */
void sp_import_writer_summary(const struct sp_import_writer *writer,
                              struct sp_import_summary *summary);

/* Makes the generation durable. Errors: as sp_import_step. */
SP_MUST_USE enum sp_err sp_import_writer_finish(struct sp_import_writer *writer,
                                                uint64_t *generation);

#endif

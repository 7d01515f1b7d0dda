/* SPDX-License-Identifier: Apache-2.0
 *
 * An import: a CSV file becomes a new generation of one table, all of it or nothing. Rows are read
 * and checked, sorted outside of memory, joined by address and appended, while whoever reads the
 * store goes on with the table as it is. The import is stepped, so that its caller can draw how far
 * it is, or give up; it ends with a generation that is durable and that nobody sees until the
 * caller flips to it (sp_store_flip, by whoever holds the store's lock).
 */
#ifndef SP_STORE_IMPORT_H
#define SP_STORE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "signpost/sip/uri.h"
#include "store/columns.h"
#include "store/store.h"

struct sp_import; /* opaque */

enum {
    SP_IMPORT_MEMORY = 512 * 1024 * 1024, /* octets of a sorted run, when the options say 0 */
};

struct sp_import_options {
    struct sp_span table;
    const char *name;                 /* of the file, for messages */
    int file;                         /* open for reading; the caller's */
    const struct sp_key_rules *rules; /* NULL: numbers as they are, no tel: */
    struct sp_columns_options columns;
    bool force;    /* shrink the table by more than a tenth all the same */
    size_t memory; /* octets for sorting; 0: SP_IMPORT_MEMORY */
};

enum sp_import_phase {
    SP_IMPORT_READING,
    SP_IMPORT_SORTING,
    SP_IMPORT_WRITING,
    SP_IMPORT_SYNCING,
};

struct sp_import_progress {
    enum sp_import_phase phase;
    uint64_t rows;    /* read so far */
    uint64_t octets;  /* of the file, read so far */
    uint64_t size;    /* of the file; 0 when it is none that has a size */
    uint64_t written; /* rows that are in the new generation */
};

struct sp_import_summary {
    uint64_t generation;
    uint64_t rows;
    uint64_t before;  /* routes in the table as it is */
    uint64_t after;   /* routes in the new generation */
    uint64_t added;   /* whose address had no route */
    uint64_t removed; /* whose address has none any more */
    uint64_t changed; /* with another code or other targets */
};

/* Begins. The store was opened to write or to build; options and what they point to outlive the
 * import. Errors, with a problem: SP_ERR_SYNTAX (the table's name, the columns, a template),
 * SP_ERR_MEMORY, SP_ERR_IO. */
SP_MUST_USE enum sp_err sp_import_new(struct sp_store *store,
                                      const struct sp_import_options *options,
                                      struct sp_import **import, struct sp_store_problem *problem);

/* Does some milliseconds of work. SP_PARTIAL: there is more to do. SP_OK: the generation is built.
 * Errors, with sp_import_problem: SP_ERR_SYNTAX and SP_ERR_DUPLICATE (a row, named as FILE:LINE),
 * SP_ERR_REFUSED (a rule against it; the table would shrink), SP_ERR_BUSY (another import),
 * SP_ERR_FULL, SP_ERR_IO, SP_ERR_MEMORY. After an error nothing of the import is left. */
SP_MUST_USE enum sp_err sp_import_step(struct sp_import *import);

const char *sp_import_problem(const struct sp_import *import);
void sp_import_progress(const struct sp_import *import, struct sp_import_progress *progress);

/* After SP_OK. */
void sp_import_summary(const struct sp_import *import, struct sp_import_summary *summary);

/* Frees it, and what it has built unless that is finished. */
void sp_import_free(struct sp_import **import);

#endif

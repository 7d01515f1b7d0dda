/* SPDX-License-Identifier: Apache-2.0
 *
 * What a backend gives to store.c, and nobody else includes: ordered maps of octets. One map, the
 * state, holds the table `local`, the address book, moves and their log, and the record of each
 * table; each generation of an imported table is a map of its own that never changes once it is
 * built. What the octets mean is store.c's business.
 *
 * A key lies in a space; it has 1 to SP_KEY_MAX octets. `self`, readers, views, cursors,
 * transactions and builds are the backend's own objects.
 */
#ifndef SP_STORE_STORE_BACKEND_H
#define SP_STORE_STORE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signpost/base/err.h"
#include "signpost/base/span.h"
#include "store/record.h"
#include "store/store.h"

enum sp_space {
    SP_SPACE_EXACT = SP_ROUTE_EXACT,
    SP_SPACE_PREFIX = SP_ROUTE_PREFIX,
    SP_SPACE_DOMAIN = SP_ROUTE_DOMAIN,
    SP_SPACE_META,
    SP_SPACE_BOOK, /* this and those below: of the state only */
    SP_SPACE_MOVE,
    SP_SPACE_SUGGESTION,
    SP_SPACE_AUDIT, /* by sequence, eight octets, big-endian */
    SP_SPACE_COUNT,
};

struct sp_backend {
    /* `where` is what follows the colon. `problem` outlives the backend: writes that fail say why
     * there. Errors: as sp_store_open. */
    enum sp_err (*open)(struct sp_span where, const struct sp_store_options *options,
                        struct sp_store_problem *problem, void **self);
    void (*close)(void *self);
    const char *(*folder)(const void *self); /* NULL: none */

    enum sp_err (*reader_new)(void *self, void **reader);
    void (*reader_free)(void *reader);
    enum sp_err (*reader_renew)(void *reader, bool *is_changed);

    void (*reader_pause)(void *reader);

    /* A view of the state, valid until the reader is renewed; views of generations stay until
     * detached. attach: SP_ERR_ABSENT when there is no such generation. */
    void *(*state)(void *reader);
    enum sp_err (*attach)(void *reader, uint64_t generation, void **view);
    void (*detach)(void *view);

    enum sp_err (*get)(void *view, enum sp_space space, struct sp_span key, struct sp_span *value);

    /* From the first key that is not below `from` (absent: all), upwards. SP_ERR_ABSENT at the end.
     */
    enum sp_err (*cursor_open)(void *view, enum sp_space space, struct sp_span from, void **cursor);
    enum sp_err (*cursor_next)(void *cursor, struct sp_span *key, struct sp_span *value);
    void (*cursor_close)(void *cursor);

    /* One transaction on the state at a time. Commit and abort end it. */
    enum sp_err (*txn_begin)(void *self, void **txn);
    enum sp_err (*txn_get)(void *txn, enum sp_space space, struct sp_span key,
                           struct sp_span *value);
    enum sp_err (*txn_put)(void *txn, enum sp_space space, struct sp_span key,
                           struct sp_span value);
    enum sp_err (*txn_remove)(void *txn, enum sp_space space, struct sp_span key);
    enum sp_err (*txn_commit)(void *txn);
    void (*txn_abort)(void *txn);

    /* Keeps every other process from building until the store is closed. Errors: SP_ERR_BUSY. */
    enum sp_err (*build_lock)(void *self);
    /* Removes all generations but those in `keep`; only with the build lock. */
    void (*sweep)(void *self, const uint64_t *keep, size_t count);
    /* A new generation for at most `octets` of keys and values in `count` records. Records are
     * appended space by space, each in ascending order of keys. Finish makes it durable. */
    enum sp_err (*build_begin)(void *self, uint64_t octets, uint64_t count, void **build);
    enum sp_err (*build_append)(void *build, enum sp_space space, struct sp_span key,
                                struct sp_span value);
    enum sp_err (*build_finish)(void *build, uint64_t *generation); /* ends it, done or failed */
    void (*build_abort)(void *build);
    void (*drop)(void *self, uint64_t generation);
};

extern const struct sp_backend sp_backend_memory;
extern const struct sp_backend sp_backend_lmdb;

/* Writes a problem, cut when it is too long. */
void sp_store_problem_set(struct sp_store_problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * A store of the backend that a test is handed in as its state, "memory:" or "lmdb:", and a reader
 * of it. Tests only.
 */
#ifndef SP_STORE_TESTING_CONTRACT_H
#define SP_STORE_TESTING_CONTRACT_H

#include "store/testing.h"

struct fixture {
    const char *scheme; /* handed in */
    char folder[64];
    struct sp_store *store;
    struct sp_store_reader *reader;
};

static inline void open_store(struct fixture *fixture)
{
    char spec[96];
    struct sp_store_problem problem;
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    (void)snprintf(spec, sizeof spec, "%s%s", fixture->scheme,
                   strcmp(fixture->scheme, "lmdb:") == 0 ? fixture->folder : "");
    assert_int_equal(sp_store_open(sp_span_of(spec), &options, &fixture->store, &problem), SP_OK);
    assert_int_equal(sp_store_reader_new(fixture->store, &fixture->reader), SP_OK);
}

static inline int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->scheme = *state;
    testing_folder(fixture->folder);
    open_store(fixture);
    *state = fixture;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sp_store_reader_free(&fixture->reader);
    sp_store_close(&fixture->store);
    testing_remove(fixture->folder);
    free(fixture);
    return 0;
}

#endif

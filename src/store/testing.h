/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of this room share: a folder of their own, keys and routes in one line. Tests
 * only.
 */
#ifndef SP_STORE_TESTING_H
#define SP_STORE_TESTING_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "signpost/base/span.h"
#include "signpost/sip/uri.h"
#include "store/record.h"
#include "store/store.h"

/* A new empty folder. */
static inline void testing_folder(char path[64])
{
    (void)snprintf(path, 64, "/tmp/signpost-store-XXXXXX");
    assert_non_null(mkdtemp(path));
}

/* Removes the folder with all files in it, and the folders of files one floor down. */
static inline void testing_remove(const char *path)
{
    char inner[600];
    DIR *folder = opendir(path);
    if (folder == NULL)
        return;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        (void)snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        unlink(inner);
    }
    closedir(folder);
    rmdir(path);
}

/* A store in a folder of its own, as the state of a cmocka test. */
struct testing_place {
    char folder[64];
    char spec[96];
};

static inline int testing_set_up(void **state)
{
    struct testing_place *place = calloc(1, sizeof *place);
    testing_folder(place->folder);
    (void)snprintf(place->spec, sizeof place->spec, "lmdb:%s", place->folder);
    *state = place;
    return 0;
}

static inline int testing_tear_down(void **state)
{
    struct testing_place *place = *state;
    testing_remove(place->folder);
    free(place);
    return 0;
}

/* An empty store in memory, as the state of a cmocka test. */
static inline int testing_memory_up(void **state)
{
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    struct sp_store *store = NULL;
    struct sp_store_problem problem;
    if (sp_store_open(SP_SPAN("memory:"), &options, &store, &problem) != SP_OK)
        return 1;
    *state = store;
    return 0;
}

static inline int testing_memory_down(void **state)
{
    struct sp_store *store = *state;
    sp_store_close(&store);
    return 0;
}

/* A key as sp_uri_key makes it, from its text. */
static inline void testing_key(struct sp_uri_key *key, const char *text)
{
    const char *at = strrchr(text, '@');
    const size_t len = strlen(text);
    assert_true(len <= SP_KEY_MAX);
    memcpy(key->text, text, len + 1);
    key->key = sp_span(key->text, len);
    key->user = at == NULL ? sp_span_absent() : sp_span(key->text, (size_t)(at - text));
    key->host = at == NULL ? key->key : sp_span_after(key->key, key->user.len + 1);
}

/* A route to one target, or to none when `uri` is NULL. */
static inline struct sp_route testing_route(enum sp_route_kind kind, const char *key, uint16_t code,
                                            const char *uri)
{
    struct sp_route route = {.kind = kind, .key = sp_span_of(key), .code = code};
    if (uri != NULL) {
        route.target_count = 1;
        route.target[0].uri = sp_span_of(uri);
        route.target[0].q = 1000;
    }
    return route;
}

static inline void testing_assert_span(struct sp_span span, const char *text)
{
    assert_int_equal(span.len, strlen(text));
    assert_memory_equal(span.ptr, text, span.len);
}

#endif

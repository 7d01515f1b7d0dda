/* SPDX-License-Identifier: Apache-2.0
 *
 * The external sort. In memory a record is two lengths, its key and its octets, one behind the
 * other; beside them an index of 16 octets a record, which is what gets sorted. An entry holds the
 * eight octets of the key that follow what all keys of the run begin with, so that nearly all
 * comparisons end there. A run on the file is the same octets in order.
 */
#define _GNU_SOURCE /* O_TMPFILE, qsort_r */
#include "store/spool.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HEAD = 4,                 /* octets: the lengths of key and record */
    WINDOW = 256 * 1024,      /* octets of a run read at once */
    FILE_BLOCK = 1024 * 1024, /* octets written at once */
    KEY_PREFIX = 8,
    AHEAD = 16, /* records */
    FOLDER_MAX = 4096,
};

struct entry {
    uint64_t prefix; /* host order, so that it compares as a number */
    uint64_t offset; /* into the octets: of two, the one that came first has the smaller */
};

struct lengths {
    uint16_t key;
    uint16_t record;
};

/* A sorted run: on the file, seen through a window, or the last one, in memory. */
struct run {
    uint64_t at; /* of the file: what the window has not read yet */
    uint64_t end;
    char *window; /* NULL: in memory */
    size_t start;
    size_t filled;
    size_t next_entry; /* of the run in memory */
    struct sp_span key;
    struct sp_span record;
};

struct sp_spool {
    const char *folder;
    int file; /* -1: not needed so far */
    int code;
    uint64_t count;
    uint64_t octets_added;
    char *octets; /* of the run in memory */
    size_t used;
    size_t max;
    struct entry *entries;
    size_t entry_count;
    size_t entry_max;
    size_t common; /* octets that all keys of this run begin with */
    uint64_t file_end;
    struct run runs[SP_SPOOL_RUNS_MAX];
    size_t run_count;
    size_t heap[SP_SPOOL_RUNS_MAX]; /* runs that have a record, the smallest first */
    size_t heap_count;
    bool is_popped; /* the first run of the heap has given its record and must move on */
};

enum sp_err sp_spool_new(const char *folder, size_t memory, struct sp_spool **spool)
{
    struct sp_spool *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    const size_t bounded = memory > SP_SPOOL_MEMORY_MIN ? memory : SP_SPOOL_MEMORY_MIN;
    made->folder = folder;
    made->file = -1;
    made->max = bounded / 4 * 3;
    made->entry_max = bounded / 4 / sizeof(struct entry);
    made->octets = malloc(made->max); /* touched only as far as it is used */
    made->entries = malloc(made->entry_max * sizeof(struct entry));
    *spool = made;
    if (made->octets == NULL || made->entries == NULL) {
        sp_spool_free(spool);
        return SP_ERR_MEMORY;
    }
    return SP_OK;
}

void sp_spool_free(struct sp_spool **spool)
{
    struct sp_spool *freed = *spool;
    if (freed == NULL)
        return;
    for (size_t i = 0; i < freed->run_count; i++)
        free(freed->runs[i].window);
    if (freed->file >= 0)
        close(freed->file);
    free(freed->octets);
    free(freed->entries);
    free(freed);
    *spool = NULL;
}

uint64_t sp_spool_count(const struct sp_spool *spool)
{
    return spool->count;
}

uint64_t sp_spool_octets(const struct sp_spool *spool)
{
    return spool->octets_added;
}

int sp_spool_code(const struct sp_spool *spool)
{
    return spool->code;
}

static enum sp_err fail(struct sp_spool *spool, int code)
{
    spool->code = code;
    return SP_ERR_IO;
}

/* The record at the start of some octets; how many they are, 0 when they are not all there. */
static size_t take_record(const char *octets, size_t len, struct sp_span *key,
                          struct sp_span *record)
{
    struct lengths lengths;
    if (len < HEAD)
        return 0;
    memcpy(&lengths, octets, HEAD);
    if (len - HEAD < (size_t)lengths.key + lengths.record)
        return 0;
    *key = sp_span(octets + HEAD, lengths.key);
    *record = sp_span(octets + HEAD + lengths.key, lengths.record);
    return (size_t)HEAD + lengths.key + lengths.record;
}

/* Sorting in memory. */

static int compare(const void *a, const void *b, void *octets)
{
    const struct entry *const left = a;
    const struct entry *const right = b;
    struct sp_span key[2] = {{NULL, 0}, {NULL, 0}};
    struct sp_span record;
    if (left->prefix != right->prefix)
        return left->prefix < right->prefix ? -1 : 1;
    (void)take_record((const char *)octets + left->offset, SIZE_MAX, &key[0], &record);
    (void)take_record((const char *)octets + right->offset, SIZE_MAX, &key[1], &record);
    const int order = sp_span_compare(key[0], key[1]);
    if (order != 0)
        return order;
    return left->offset < right->offset ? -1 : 1;
}

static uint64_t prefix_of(struct sp_span key, size_t common)
{
    char octets[KEY_PREFIX] = {0};
    uint64_t prefix = 0;
    const struct sp_span rest = sp_span_first(sp_span_after(key, common), KEY_PREFIX);
    memcpy(octets, rest.ptr, rest.len);
    memcpy(&prefix, octets, sizeof prefix);
    return be64toh(prefix);
}

static void sort_run(struct sp_spool *spool)
{
    for (size_t i = 0; i < spool->entry_count; i++) {
        struct sp_span key = sp_span("", 0);
        struct sp_span record;
        (void)take_record(spool->octets + spool->entries[i].offset, SIZE_MAX, &key, &record);
        spool->entries[i].prefix = prefix_of(key, spool->common);
    }
    qsort_r(spool->entries, spool->entry_count, sizeof spool->entries[0], compare, spool->octets);
}

/* The octets of the n-th record in order. They lie anywhere, so those of a later one are asked for
 * in good time: waiting for memory was a fifth of an import. */
static const char *octets_of(const struct sp_spool *spool, size_t n)
{
    if (n + AHEAD < spool->entry_count)
        __builtin_prefetch(spool->octets + spool->entries[n + AHEAD].offset);
    return spool->octets + spool->entries[n].offset;
}

/* Writing a run. */

/* A file without a name; where the file system cannot make one, it loses its name at once. */
static enum sp_err open_file(struct sp_spool *spool)
{
    char path[FOLDER_MAX];
    if (spool->file >= 0)
        return SP_OK;
    spool->file = open(spool->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spool->file >= 0)
        return SP_OK;
    if (snprintf(path, sizeof path, "%s/sort-XXXXXX", spool->folder) >= (int)sizeof path)
        return fail(spool, ENAMETOOLONG);
    spool->file = mkostemp(path, O_CLOEXEC);
    if (spool->file < 0)
        return fail(spool, errno);
    return unlink(path) == 0 ? SP_OK : fail(spool, errno);
}

static enum sp_err write_all(struct sp_spool *spool, const char *octets, size_t len)
{
    while (len > 0) {
        const ssize_t done = pwrite(spool->file, octets, len, (off_t)spool->file_end);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(spool, done < 0 ? errno : ENOSPC);
        spool->file_end += (size_t)done;
        octets += done;
        len -= (size_t)done;
    }
    return SP_OK;
}

static enum sp_err write_entries(struct sp_spool *spool, char *block)
{
    size_t filled = 0;
    enum sp_err err = SP_OK;
    for (size_t i = 0; i < spool->entry_count && err == SP_OK; i++) {
        const char *const from = octets_of(spool, i);
        struct sp_span key;
        struct sp_span record;
        const size_t len = take_record(from, SIZE_MAX, &key, &record);
        if (filled + len > FILE_BLOCK) {
            err = write_all(spool, block, filled);
            filled = 0;
        }
        memcpy(block + filled, from, len);
        filled += len;
    }
    return err == SP_OK ? write_all(spool, block, filled) : err;
}

/* Sorts what is in memory, writes it behind the runs that are there, and empties the memory. */
static enum sp_err spill(struct sp_spool *spool)
{
    if (spool->run_count == SP_SPOOL_RUNS_MAX - 1)
        return SP_ERR_FULL;
    char *block = malloc(FILE_BLOCK);
    if (block == NULL)
        return SP_ERR_MEMORY;
    struct run *run = &spool->runs[spool->run_count];
    *run = (struct run){.at = spool->file_end};
    sort_run(spool);
    enum sp_err err = open_file(spool);
    if (err == SP_OK)
        err = write_entries(spool, block);
    free(block);
    if (err != SP_OK)
        return err;
    run->end = spool->file_end;
    spool->run_count++;
    spool->entry_count = 0;
    spool->used = 0;
    return SP_OK;
}

static void shorten_common(struct sp_spool *spool, struct sp_span key)
{
    if (spool->entry_count == 0) {
        spool->common = key.len;
        return;
    }
    const char *const first = spool->octets + HEAD;
    size_t same = 0;
    const size_t max = spool->common < key.len ? spool->common : key.len;
    while (same < max && first[same] == key.ptr[same])
        same++;
    spool->common = same;
}

enum sp_err sp_spool_add(struct sp_spool *spool, struct sp_span key, struct sp_span record)
{
    const size_t len = HEAD + key.len + record.len;
    if (len > SP_SPOOL_RECORD_MAX)
        return SP_ERR_FULL;
    if (spool->entry_count == spool->entry_max || spool->used + len > spool->max) {
        const enum sp_err err = spill(spool);
        if (err != SP_OK)
            return err;
    }
    shorten_common(spool, key);
    char *const to = spool->octets + spool->used;
    const struct lengths lengths = {(uint16_t)key.len, (uint16_t)record.len};
    memcpy(to, &lengths, HEAD);
    memcpy(to + HEAD, key.ptr, key.len);
    memcpy(to + HEAD + key.len, record.ptr, record.len);
    spool->entries[spool->entry_count++].offset = spool->used;
    spool->used += len;
    spool->count++;
    spool->octets_added += key.len + record.len;
    return SP_OK;
}

/* Merging. */

/* Moves the window on, so that what is left of it stands at its start. */
static enum sp_err fill(struct sp_spool *spool, struct run *run)
{
    memmove(run->window, run->window + run->start, run->filled - run->start);
    run->filled -= run->start;
    run->start = 0;
    const uint64_t left = run->end - run->at;
    const size_t room = WINDOW - run->filled;
    size_t wanted = left < room ? (size_t)left : room;
    while (wanted > 0) {
        const ssize_t got = pread(spool->file, run->window + run->filled, wanted, (off_t)run->at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(spool, got < 0 ? errno : EIO);
        run->filled += (size_t)got;
        run->at += (size_t)got;
        wanted -= (size_t)got;
    }
    return SP_OK;
}

/* The run's next record. Errors: SP_ERR_ABSENT at its end. */
static enum sp_err advance(struct sp_spool *spool, struct run *run)
{
    if (run->window == NULL) {
        if (run->next_entry == spool->entry_count)
            return SP_ERR_ABSENT;
        (void)take_record(octets_of(spool, run->next_entry++), SIZE_MAX, &run->key, &run->record);
        return SP_OK;
    }
    size_t len =
        take_record(run->window + run->start, run->filled - run->start, &run->key, &run->record);
    if (len == 0 && run->at < run->end) {
        const enum sp_err err = fill(spool, run);
        if (err != SP_OK)
            return err;
        len = take_record(run->window, run->filled, &run->key, &run->record);
    }
    run->start += len;
    return len > 0 ? SP_OK : SP_ERR_ABSENT;
}

/* Of equal keys the earlier run has the earlier records. */
static bool is_before(const struct sp_spool *spool, size_t a, size_t b)
{
    const int order = sp_span_compare(spool->runs[a].key, spool->runs[b].key);
    return order != 0 ? order < 0 : a < b;
}

static void sink(struct sp_spool *spool, size_t at)
{
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < spool->heap_count; child++) {
            if (is_before(spool, spool->heap[child], spool->heap[least]))
                least = child;
        }
        if (least == at)
            return;
        const size_t moved = spool->heap[at];
        spool->heap[at] = spool->heap[least];
        spool->heap[least] = moved;
        at = least;
    }
}

enum sp_err sp_spool_sort(struct sp_spool *spool)
{
    sort_run(spool);
    for (size_t i = 0; i < spool->run_count; i++) {
        spool->runs[i].window = malloc(WINDOW);
        if (spool->runs[i].window == NULL)
            return SP_ERR_MEMORY;
    }
    spool->runs[spool->run_count++] = (struct run){0};
    for (size_t i = 0; i < spool->run_count; i++) {
        const enum sp_err err = advance(spool, &spool->runs[i]);
        if (err == SP_OK)
            spool->heap[spool->heap_count++] = i;
        else if (err != SP_ERR_ABSENT)
            return err;
    }
    for (size_t i = spool->heap_count; i > 0; i--)
        sink(spool, i - 1);
    return SP_OK;
}

enum sp_err sp_spool_next(struct sp_spool *spool, struct sp_span *key, struct sp_span *record)
{
    if (spool->is_popped) {
        const enum sp_err err = advance(spool, &spool->runs[spool->heap[0]]);
        if (err == SP_ERR_ABSENT)
            spool->heap[0] = spool->heap[--spool->heap_count];
        else if (err != SP_OK)
            return err;
        sink(spool, 0);
        spool->is_popped = false;
    }
    if (spool->heap_count == 0)
        return SP_ERR_ABSENT;
    *key = spool->runs[spool->heap[0]].key;
    *record = spool->runs[spool->heap[0]].record;
    spool->is_popped = true;
    return SP_OK;
}

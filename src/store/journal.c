/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal's file: a head of 16 octets, then changes. A change is the length of what follows its
 * sum (4 octets), the sum (8), what is done (1), the length of the key (2), the key and the value.
 * The sum goes over all of it and over the place where it lies, so neither old octets nor those of
 * another place pass for a change.
 */
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/siphash.h"
#include "store/octets.h"

enum {
    FILE_HEAD = 16,
    HEAD = 12, /* of a change: length and sum */
    FIXED = 3, /* of what the sum is over: deed and length of the key */
    CHANGE_MAX = HEAD + FIXED + SP_JOURNAL_KEY_MAX + SP_JOURNAL_VALUE_MAX,
    PATH_OCTETS = PATH_MAX,
};

static const char magic[FILE_HEAD] = "signpost jrnl 1";

enum deed {
    DEED_PUT = 1,
    DEED_REMOVE = 2,
};

struct sp_journal {
    int file;
    int next_file;     /* while it is rewritten, else -1 */
    uint64_t end;      /* of the whole changes in the file that is written */
    uint64_t old_end;  /* that of the old file while it is rewritten */
    uint64_t base;     /* what the file was long after its last rewrite */
    uint64_t read_end; /* up to where changes have been taken */
    uint64_t dropped;
    bool is_read;   /* all changes have been taken */
    bool is_broken; /* its end is not known: only a rewrite helps */
    size_t waiting;
    char path[PATH_OCTETS], next_path[PATH_OCTETS + 8];
    char change[CHANGE_MAX]; /* the one that was taken last */
    char octets[SP_JOURNAL_WAITING_MAX];
};

static uint64_t sum_of(uint64_t at, struct sp_span octets)
{
    const struct sp_hash_key key = {UINT64_C(0x7369676e706f7374), at};
    return sp_siphash_of(&key, octets);
}

static enum sp_err complain(struct sp_journal_problem *problem, const char *path, const char *what)
{
    snprintf(problem->text, sizeof problem->text, "%.300s: %s: %s", path, what, strerror(errno));
    return SP_ERR_IO;
}

/* All of it, or an error. */
static enum sp_err write_at(int file, const char *octets, size_t len, uint64_t at)
{
    while (len > 0) {
        const ssize_t written = pwrite(file, octets, len, (off_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return SP_ERR_IO;
        octets += written;
        len -= (size_t)written;
        at += (uint64_t)written;
    }
    return SP_OK;
}

/* As much as there is, up to `len`. */
static enum sp_err read_at(int file, char *octets, size_t len, uint64_t at, size_t *count)
{
    size_t have = 0;
    while (have < len) {
        const ssize_t got = pread(file, octets + have, len - have, (off_t)(at + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return SP_ERR_IO;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    *count = have;
    return SP_OK;
}

/* So that the file's name is on the disk, too. */
static enum sp_err sync_folder(const char *path)
{
    char folder[PATH_OCTETS];
    const char *slash = strrchr(path, '/');
    const size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    snprintf(folder, sizeof folder, "%.*s", (int)len, path);
    const int file = open(slash == NULL ? "."
                          : len == 0    ? "/"
                                        : folder,
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return SP_ERR_IO;
    const int failed = fsync(file);
    close(file);
    return failed == 0 ? SP_OK : SP_ERR_IO;
}

/* A new file has its head on the disk before anything else. */
static enum sp_err begin_file(int file)
{
    if (ftruncate(file, 0) != 0 || write_at(file, magic, FILE_HEAD, 0) != SP_OK || fsync(file) != 0)
        return SP_ERR_IO;
    return SP_OK;
}

/* Reads the head; a file that ends within it was torn when it was made, and is begun anew. */
static enum sp_err check_head(struct sp_journal *journal, struct sp_journal_problem *problem)
{
    char head[FILE_HEAD];
    size_t count;
    if (read_at(journal->file, head, sizeof head, 0, &count) != SP_OK)
        return complain(problem, journal->path, "can't be read");
    if (memcmp(head, magic, count) != 0) {
        snprintf(problem->text, sizeof problem->text,
                 "%.300s: this is no journal, or one of a newer signpost", journal->path);
        return SP_ERR_SYNTAX;
    }
    if (count == FILE_HEAD)
        return SP_OK;
    if (begin_file(journal->file) != SP_OK || sync_folder(journal->path) != SP_OK)
        return complain(problem, journal->path, "can't be written");
    return SP_OK;
}

enum sp_err sp_journal_open(const char *path, struct sp_journal **journal,
                            struct sp_journal_problem *problem)
{
    if (strlen(path) >= PATH_OCTETS) {
        errno = ENAMETOOLONG;
        return complain(problem, path, "can't be opened");
    }
    struct sp_journal *made = malloc(sizeof *made);
    if (made == NULL) {
        snprintf(problem->text, sizeof problem->text, "no memory for the journal");
        return SP_ERR_MEMORY;
    }
    memset(made, 0, offsetof(struct sp_journal, change));
    made->next_file = -1;
    made->end = FILE_HEAD;
    made->read_end = FILE_HEAD;
    made->base = FILE_HEAD;
    snprintf(made->path, sizeof made->path, "%s", path);
    snprintf(made->next_path, sizeof made->next_path, "%s.next", path);
    made->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const enum sp_err err =
        made->file < 0 ? complain(problem, path, "can't be opened") : check_head(made, problem);
    if (err != SP_OK)
        sp_journal_close(&made);
    else
        *journal = made;
    return err;
}

void sp_journal_close(struct sp_journal **journal)
{
    struct sp_journal *gone = *journal;
    if (gone == NULL)
        return;
    if (gone->file >= 0)
        close(gone->file);
    if (gone->next_file >= 0) {
        close(gone->next_file);
        unlink(gone->next_path);
    }
    free(gone);
    *journal = NULL;
}

/* The change at `read_end`. Errors: SP_ERR_ABSENT (the file ends here), SP_ERR_SYNTAX (what is here
 * is no whole change), SP_ERR_IO. */
static enum sp_err read_change(struct sp_journal *journal, struct sp_span *change)
{
    size_t count;
    if (read_at(journal->file, journal->change, HEAD, journal->read_end, &count) != SP_OK)
        return SP_ERR_IO;
    if (count == 0)
        return SP_ERR_ABSENT;
    if (count < HEAD)
        return SP_ERR_SYNTAX;
    struct sp_span rest = sp_span(journal->change, HEAD);
    const size_t len = (size_t)sp_octets_take(&rest, 4);
    const uint64_t sum = sp_octets_take(&rest, 8);
    if (len < FIXED || len > CHANGE_MAX - HEAD)
        return SP_ERR_SYNTAX;
    if (read_at(journal->file, journal->change + HEAD, len, journal->read_end + HEAD, &count) !=
        SP_OK)
        return SP_ERR_IO;
    *change = sp_span(journal->change + HEAD, len);
    return count == len && sum == sum_of(journal->read_end, *change) ? SP_OK : SP_ERR_SYNTAX;
}

/* A change with a good sum that still is none was written by somebody else: it is cut off as well.
 */
static enum sp_err read_entry(struct sp_span change, struct sp_journal_entry *entry)
{
    struct sp_span rest = change;
    const uint64_t deed = sp_octets_take(&rest, 1);
    entry->key = sp_octets_take_text(&rest, SP_JOURNAL_KEY_MAX);
    if (sp_span_is_absent(rest) || (deed != DEED_PUT && deed != DEED_REMOVE))
        return SP_ERR_SYNTAX;
    entry->is_removed = deed == DEED_REMOVE;
    entry->value = rest;
    return SP_OK;
}

/* Behind the last whole change: what is torn goes, so that the next one follows it. */
static enum sp_err end_reading(struct sp_journal *journal)
{
    struct stat status;
    if (fstat(journal->file, &status) != 0)
        return SP_ERR_IO;
    const uint64_t size = (uint64_t)status.st_size;
    journal->dropped = size > journal->read_end ? size - journal->read_end : 0;
    if (journal->dropped > 0 &&
        (ftruncate(journal->file, (off_t)journal->read_end) != 0 || fdatasync(journal->file) != 0))
        return SP_ERR_IO;
    journal->end = journal->read_end;
    journal->is_read = true;
    return SP_ERR_ABSENT;
}

enum sp_err sp_journal_next(struct sp_journal *journal, struct sp_journal_entry *entry)
{
    struct sp_span change;
    struct sp_journal_entry read;
    if (journal->is_read)
        return SP_ERR_ABSENT;
    enum sp_err err = read_change(journal, &change);
    if (err == SP_OK)
        err = read_entry(change, &read);
    if (err == SP_ERR_IO)
        return err;
    if (err != SP_OK)
        return end_reading(journal);
    journal->read_end += HEAD + change.len;
    *entry = read;
    return SP_OK;
}

uint64_t sp_journal_dropped(const struct sp_journal *journal)
{
    return journal->dropped;
}

/* The sum is over the place where the change will lie, which is known: behind all that waits. */
static enum sp_err add(struct sp_journal *journal, enum deed deed, struct sp_span key,
                       struct sp_span value)
{
    struct sp_writer writer;
    const size_t len = FIXED + key.len + value.len;
    if (key.len > SP_JOURNAL_KEY_MAX || value.len > SP_JOURNAL_VALUE_MAX)
        return SP_ERR_RANGE;
    if (HEAD + len > SP_JOURNAL_WAITING_MAX - journal->waiting)
        return SP_ERR_FULL;
    char *octets = journal->octets + journal->waiting;
    sp_writer_init(&writer, octets + HEAD, len);
    sp_octets_put(&writer, deed, 1);
    sp_octets_put_text(&writer, key);
    sp_write_span(&writer, value);
    sp_writer_init(&writer, octets, HEAD);
    sp_octets_put(&writer, len, 4);
    sp_octets_put(&writer, sum_of(journal->end + journal->waiting, sp_span(octets + HEAD, len)), 8);
    journal->waiting += HEAD + len;
    return SP_OK;
}

enum sp_err sp_journal_put(struct sp_journal *journal, struct sp_span key, struct sp_span value)
{
    return add(journal, DEED_PUT, key, value);
}

enum sp_err sp_journal_remove(struct sp_journal *journal, struct sp_span key)
{
    return add(journal, DEED_REMOVE, key, SP_SPAN(""));
}

enum sp_err sp_journal_commit(struct sp_journal *journal)
{
    const int file = journal->next_file >= 0 ? journal->next_file : journal->file;
    if (journal->is_broken && journal->next_file < 0)
        return SP_ERR_UNCERTAIN;
    if (journal->waiting == 0)
        return SP_OK;
    if (write_at(file, journal->octets, journal->waiting, journal->end) != SP_OK) {
        /* no room, as a rule: what was written of it is taken back */
        if (ftruncate(file, (off_t)journal->end) == 0)
            return SP_ERR_IO;
        journal->is_broken = true;
        return SP_ERR_UNCERTAIN;
    }
    if (fdatasync(file) != 0) { /* the system has given it up: nobody knows what is there */
        journal->is_broken = true;
        return SP_ERR_UNCERTAIN;
    }
    journal->end += journal->waiting;
    journal->waiting = 0;
    return SP_OK;
}

uint64_t sp_journal_size(const struct sp_journal *journal)
{
    return journal->end;
}

bool sp_journal_wants_rewrite(const struct sp_journal *journal)
{
    return journal->is_broken ||
           (journal->end > SP_JOURNAL_REWRITE_MIN && journal->end / 2 > journal->base);
}

enum sp_err sp_journal_rewrite_begin(struct sp_journal *journal)
{
    journal->next_file = open(journal->next_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (journal->next_file < 0)
        return SP_ERR_IO;
    if (begin_file(journal->next_file) != SP_OK) {
        close(journal->next_file);
        journal->next_file = -1;
        return SP_ERR_IO;
    }
    journal->old_end = journal->end;
    journal->end = FILE_HEAD;
    journal->waiting = 0;
    return SP_OK;
}

void sp_journal_rewrite_abort(struct sp_journal *journal)
{
    close(journal->next_file);
    unlink(journal->next_path);
    journal->next_file = -1;
    journal->end = journal->old_end;
    journal->waiting = 0;
}

enum sp_err sp_journal_rewrite_end(struct sp_journal *journal)
{
    const enum sp_err err = sp_journal_commit(journal);
    if (err != SP_OK || rename(journal->next_path, journal->path) != 0) {
        sp_journal_rewrite_abort(journal);
        return SP_ERR_IO;
    }
    close(journal->file);
    journal->file = journal->next_file;
    journal->next_file = -1;
    journal->base = journal->end;
    journal->is_broken = false;
    return sync_folder(journal->path);
}

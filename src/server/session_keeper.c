/* SPDX-License-Identifier: Apache-2.0
 *
 * Two buffers: workers fill one behind a lock, the main thread empties the other. A letter in a
 * mailbox is the bell that wakes it; it waits a little for what else comes, so that a busy hour is
 * not a commit for each call, and of the changes to one call only the last is written.
 */
#include "server/session_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/siphash.h"
#include "net/clock.h"
#include "net/mailbox.h"

enum {
    WAITING_MAX = 4 << 20, /* octets */
    BELL_OCTETS = 4096,
    PLACES = 8192, /* for the last changes of so many calls, about */
};

#define GATHER (10 * SP_MILLISECOND)

/* What waits: each has a head, then a key, then a value. */
struct note {
    uint32_t key_len, value_len;
    bool is_record; /* the value is a line */
};

struct buffer {
    char *octets;
    size_t len;
};

/* One note out of a buffer, and where it stands there. */
struct noted {
    size_t at, end;
    struct sp_span key, value;
    bool is_record;
};

struct sp_session_keeper {
    pthread_mutex_t lock; /* of `filling` and `lost` */
    struct buffer filling;
    uint64_t lost;
    struct buffer emptying;
    size_t last[PLACES]; /* where the last change of a call stands, by a hash of its key */
    struct sp_mailbox *bell;
    struct sp_alarm *alarm; /* when it has waited long enough */
    struct sp_log *log;
    char cdr[1024]; /* path of the records; empty: none are written */
    int file;       /* -1: none is open */
    bool is_torn;   /* its last line has no end */
    struct sp_journal *journal;
    bool (*rewrite)(void *context, struct sp_journal *journal);
    void *context;
    struct sp_metrics metrics;
};

static void log_failure(struct sp_session_keeper *keeper, const char *event, const char *why)
{
    struct sp_log_line line;
    sp_log_begin(&line, keeper->log, SP_LOG_ERROR, event, sp_clock_now());
    sp_log_text(&line, "why", why);
    sp_log_end(&line);
}

static void open_file(struct sp_session_keeper *keeper)
{
    if (keeper->cdr[0] == '\0')
        return;
    keeper->file = open(keeper->cdr, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (keeper->file < 0)
        log_failure(keeper, "records-not-opened", strerror(errno));
}

void sp_session_keeper_reopen(struct sp_session_keeper *keeper)
{
    if (keeper->file >= 0)
        (void)close(keeper->file); /* all of it was written */
    keeper->file = -1;
    keeper->is_torn = false;
    open_file(keeper);
}

static void write_line(struct sp_session_keeper *keeper, struct sp_span line)
{
    if (keeper->file < 0)
        return;
    if (keeper->is_torn) /* else this line would be lost with the one before it */
        keeper->is_torn = write(keeper->file, "\n", 1) != 1;
    const ssize_t written = write(keeper->file, line.ptr, line.len);
    if (written == (ssize_t)line.len) {
        sp_metric_add(&keeper->metrics, SP_METRIC_RECORDS_WRITTEN, 1);
        return;
    }
    keeper->is_torn = keeper->is_torn || written > 0;
    sp_metric_add(&keeper->metrics, SP_METRIC_RECORDS_LOST, 1);
    log_failure(keeper, "record-not-written", written < 0 ? strerror(errno) : "the disk is full");
}

/* A change of the journal; one that finds it full commits it and comes again. */
static void change(struct sp_session_keeper *keeper, struct sp_span key, struct sp_span value)
{
    enum sp_err err = SP_ERR_FULL;
    for (int i = 0; i < 2 && err == SP_ERR_FULL; i++) {
        err = value.len > 0 ? sp_journal_put(keeper->journal, key, value)
                            : sp_journal_remove(keeper->journal, key);
        if (err == SP_ERR_FULL && sp_journal_commit(keeper->journal) != SP_OK)
            break;
    }
    if (err != SP_OK)
        sp_metric_add(&keeper->metrics, SP_METRIC_RECORDS_LOST, 1);
}

static void commit(struct sp_session_keeper *keeper)
{
    const enum sp_err err = sp_journal_commit(keeper->journal);
    if (err != SP_OK)
        log_failure(keeper, "journal-not-written", sp_err_text(err));
    if (!sp_journal_wants_rewrite(keeper->journal) || keeper->rewrite == NULL ||
        sp_journal_rewrite_begin(keeper->journal) != SP_OK)
        return;
    const bool is_whole = keeper->rewrite(keeper->context, keeper->journal);
    if (!is_whole)
        sp_journal_rewrite_abort(keeper->journal);
    if (!is_whole || sp_journal_rewrite_end(keeper->journal) != SP_OK)
        log_failure(keeper, "journal-not-rewritten", "the old one stays");
}

/* The other buffer is filled from now on. */
static void swap(struct sp_session_keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    const struct buffer full = keeper->filling;
    keeper->filling = keeper->emptying;
    keeper->emptying = full;
    sp_metric_add(&keeper->metrics, SP_METRIC_RECORDS_LOST, keeper->lost);
    keeper->lost = 0;
    pthread_mutex_unlock(&keeper->lock);
}

/* The note at a place; false: the buffer ends there. */
static bool read_note(const struct buffer *buffer, size_t at, struct noted *noted)
{
    struct note note;
    if (at >= buffer->len)
        return false;
    memcpy(&note, buffer->octets + at, sizeof note);
    const char *const text = buffer->octets + at + sizeof note;
    *noted = (struct noted){
        .at = at,
        .end = at + sizeof note + note.key_len + note.value_len,
        .key = sp_span(text, note.key_len),
        .value = sp_span(text + note.key_len, note.value_len),
        .is_record = note.is_record,
    };
    return true;
}

static size_t *place_of(struct sp_session_keeper *keeper, struct sp_span key)
{
    static const struct sp_hash_key any = {0, 0}; /* a collision costs a write and no more */
    return &keeper->last[sp_siphash_of(&any, key) % PLACES];
}

static void find_last_changes(struct sp_session_keeper *keeper)
{
    struct noted noted;
    for (size_t at = 0; read_note(&keeper->emptying, at, &noted); at = noted.end)
        if (!noted.is_record)
            *place_of(keeper, noted.key) = noted.at;
}

/* Whether a later change to the same call follows: the journal need not know of this one. Its place
 * was written for this batch, by itself or by a later one. */
static bool is_overtaken(struct sp_session_keeper *keeper, const struct noted *noted)
{
    struct noted last;
    const size_t at = *place_of(keeper, noted->key);
    return at > noted->at && read_note(&keeper->emptying, at, &last) &&
           sp_span_equal(last.key, noted->key);
}

void sp_session_keeper_flush(struct sp_session_keeper *keeper)
{
    struct noted noted;
    bool has_changes = false;
    swap(keeper);
    if (keeper->journal != NULL)
        find_last_changes(keeper);
    for (size_t at = 0; read_note(&keeper->emptying, at, &noted); at = noted.end) {
        if (noted.is_record) {
            write_line(keeper, noted.value);
        } else if (keeper->journal != NULL && !is_overtaken(keeper, &noted)) {
            change(keeper, noted.key, noted.value);
            has_changes = true;
        }
    }
    keeper->emptying.len = 0;
    if (has_changes)
        commit(keeper);
}

static void waited(void *context)
{
    sp_session_keeper_flush(context);
}

static void heard_bell(void *context, struct sp_span letter)
{
    const struct sp_session_keeper *keeper = context;
    (void)letter; /* that it came is all it says */
    sp_alarm_set(keeper->alarm, sp_clock_now() + GATHER);
}

static enum sp_err put(struct sp_session_keeper *keeper, struct sp_span key, struct sp_span value,
                       bool is_record)
{
    const struct note note = {(uint32_t)key.len, (uint32_t)value.len, is_record};
    const size_t size = sizeof note + key.len + value.len;
    pthread_mutex_lock(&keeper->lock);
    struct buffer *buffer = &keeper->filling;
    const bool is_first = buffer->len == 0;
    const bool fits = size <= WAITING_MAX - buffer->len;
    if (fits) {
        char *at = buffer->octets + buffer->len;
        memcpy(at, &note, sizeof note);
        if (key.len > 0)
            memcpy(at + sizeof note, key.ptr, key.len);
        if (value.len > 0)
            memcpy(at + sizeof note + key.len, value.ptr, value.len);
        buffer->len += size;
    } else {
        keeper->lost++;
    }
    pthread_mutex_unlock(&keeper->lock);
    if (fits && is_first) /* a full bell rings already */
        sp_ignore(sp_mailbox_put(keeper->bell, SP_SPAN("!"), sp_span_absent()));
    return fits ? SP_OK : SP_ERR_FULL;
}

enum sp_err sp_session_keeper_record(struct sp_session_keeper *keeper, struct sp_span line)
{
    return put(keeper, sp_span_absent(), line, true);
}

enum sp_err sp_session_keeper_keep(struct sp_session_keeper *keeper, struct sp_span key,
                                   struct sp_span value)
{
    return put(keeper, key, value, false);
}

static enum sp_err open_parts(struct sp_session_keeper *keeper,
                              const struct sp_session_keeper_options *options,
                              struct sp_journal_problem *problem)
{
    enum sp_err err = sp_mailbox_new(options->loop, BELL_OCTETS, heard_bell, keeper, &keeper->bell);
    if (err == SP_OK)
        err = sp_alarm_new(options->loop, waited, keeper, &keeper->alarm);
    if (err == SP_OK && options->journal != NULL)
        err = sp_journal_open(options->journal, &keeper->journal, problem);
    if (err != SP_OK)
        return err;
    open_file(keeper);
    if (keeper->cdr[0] == '\0' || keeper->file >= 0)
        return SP_OK;
    struct sp_writer writer;
    sp_writer_init(&writer, problem->text, sizeof problem->text - 1);
    sp_write_format(&writer, "cannot write %s: %s", keeper->cdr, strerror(errno));
    problem->text[writer.len] = '\0';
    return SP_ERR_IO;
}

enum sp_err sp_session_keeper_new(const struct sp_session_keeper_options *options,
                                  struct sp_journal_problem *problem,
                                  struct sp_session_keeper **keeper)
{
    struct sp_session_keeper *made = calloc(1, sizeof *made);
    if (made == NULL || pthread_mutex_init(&made->lock, NULL) != 0) {
        free(made);
        return SP_ERR_MEMORY;
    }
    made->log = options->log;
    if (options->cdr.len > 0 && options->cdr.len < sizeof made->cdr)
        memcpy(made->cdr, options->cdr.ptr, options->cdr.len);
    made->rewrite = options->rewrite;
    made->context = options->context;
    made->file = -1;
    made->filling.octets = malloc(WAITING_MAX);
    made->emptying.octets = malloc(WAITING_MAX);
    enum sp_err err = SP_ERR_MEMORY;
    if (made->filling.octets != NULL && made->emptying.octets != NULL)
        err = open_parts(made, options, problem);
    if (err == SP_OK)
        *keeper = made;
    else
        sp_session_keeper_free(&made);
    return err;
}

void sp_session_keeper_free(struct sp_session_keeper **keeper)
{
    struct sp_session_keeper *gone = *keeper;
    *keeper = NULL;
    if (gone == NULL)
        return;
    gone->rewrite = NULL; /* whom it would ask is gone */
    if (gone->filling.octets != NULL && gone->emptying.octets != NULL)
        sp_session_keeper_flush(gone);
    if (gone->file >= 0)
        (void)close(gone->file); /* all of it was written */
    if (gone->journal != NULL)
        sp_journal_close(&gone->journal);
    sp_mailbox_free(&gone->bell);
    sp_alarm_free(&gone->alarm);
    free(gone->filling.octets);
    free(gone->emptying.octets);
    (void)pthread_mutex_destroy(&gone->lock); /* nobody holds it any more */
    free(gone);
}

struct sp_journal *sp_session_keeper_journal(struct sp_session_keeper *keeper)
{
    return keeper->journal;
}

const struct sp_metrics *sp_session_keeper_metrics(const struct sp_session_keeper *keeper)
{
    return &keeper->metrics;
}

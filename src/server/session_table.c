/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls that are carried: found by their dialog, each with its time in a wheel.
 */
#include "server/session_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/slab.h"
#include "server/session_over.h"
#include "server/session_row.h"

enum {
    LONG_PART = 4, /* one row in so many may be a long one */
};

struct sp_session_table {
    struct sp_slab *rows, *long_rows;
    struct sp_table *keys;
    struct sp_hash_key secret;
    struct sp_wheel *wheel;
    struct sp_session_overs overs;
    struct sp_random random;     /* of the machine; a proxy draws nothing */
    struct sp_session_row *last; /* told of, and to be given back */
    sp_time unguarded_most;
    struct sp_session_table_counters counters;
};

enum sp_err sp_session_table_new(const struct sp_session_table_options *options, sp_time now,
                                 struct sp_session_table **table)
{
    struct sp_session_table *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->secret = options->key;
    const size_t size = offsetof(struct sp_session_row, text);
    const size_t long_max = options->max / LONG_PART + 1;
    enum sp_err err = sp_slab_new("session", size + SP_SESSION_ROW_TEXT, options->max, &made->rows);
    if (err == SP_OK)
        err = sp_slab_new("long session", size + SP_SESSION_ROW_TEXT_LONG, long_max,
                          &made->long_rows);
    if (err == SP_OK)
        err = sp_table_new(NULL, options->max + long_max, &made->keys);
    if (err == SP_OK)
        err = sp_wheel_new(now, &made->wheel);
    if (err == SP_OK)
        err = sp_session_overs_init(&made->overs, options->max);
    if (err == SP_OK)
        *table = made;
    else
        sp_session_table_free(&made);
    return err;
}

void sp_session_table_free(struct sp_session_table **table)
{
    struct sp_session_table *gone = *table;
    *table = NULL;
    if (gone == NULL)
        return;
    sp_session_overs_fini(&gone->overs);
    if (gone->wheel != NULL)
        sp_wheel_free(&gone->wheel);
    if (gone->keys != NULL)
        sp_table_free(&gone->keys);
    if (gone->long_rows != NULL)
        sp_slab_free(&gone->long_rows);
    if (gone->rows != NULL)
        sp_slab_free(&gone->rows);
    free(gone);
}

static struct sp_session_row *of_entry(struct sp_table_entry *entry)
{
    return (struct sp_session_row *)(void *)((char *)entry -
                                             offsetof(struct sp_session_row, by_key));
}

static struct sp_span octets_of(const uint64_t halves[2])
{
    return sp_span((const char *)halves, 2 * sizeof *halves);
}

static struct sp_session_row *find(const struct sp_session_table *table,
                                   const struct sp_session_key *key)
{
    struct sp_table_entry *entry = sp_table_find(table->keys, octets_of(key->halves));
    return entry != NULL ? of_entry(entry) : NULL;
}

/* What was told of last is of no use to anybody now. */
static void give_back(struct sp_session_table *table)
{
    struct sp_session_row *row = table->last;
    table->last = NULL;
    if (row != NULL)
        sp_slab_give(row->is_long ? table->long_rows : table->rows, (void **)&row);
}

/* Takes a row out; its texts stay until the table is called again. */
static void close_row(struct sp_session_table *table, struct sp_session_row *row,
                      enum sp_session_ended_by by, struct sp_wall ended,
                      struct sp_session_record *record)
{
    sp_wheel_cancel(table->wheel, &row->timer);
    sp_session_row_tell(row, record);
    record->ended_by = by;
    record->ended = ended;
    sp_table_remove(table->keys, &row->by_key);
    table->last = row;
}

static void set_timer(struct sp_session_table *table, struct sp_session_row *row, sp_time now)
{
    sp_time due = sp_session_end(&row->session);
    if (due == SP_TIME_NEVER && table->unguarded_most > 0)
        due = now + table->unguarded_most;
    if (due == SP_TIME_NEVER)
        sp_wheel_cancel(table->wheel, &row->timer);
    else
        sp_wheel_set(table->wheel, &row->timer, due);
}

/* A cleared row with the texts, known by its key; NULL: there is no room for it. */
static struct sp_session_row *open_row(struct sp_session_table *table,
                                       const struct sp_session_key *key,
                                       const struct sp_session_texts *texts)
{
    const size_t size = sp_session_texts_size(texts);
    const bool is_long = size > SP_SESSION_ROW_TEXT;
    struct sp_session_row *row = NULL;
    if (size <= SP_SESSION_ROW_TEXT_LONG)
        row = sp_slab_take(is_long ? table->long_rows : table->rows);
    if (row == NULL)
        return NULL;
    row->is_long = is_long;
    row->is_caller_first = key->is_from_first;
    memcpy(row->key, key->halves, sizeof row->key);
    sp_session_row_pack(row, texts);
    if (sp_table_add(table->keys, &row->by_key, octets_of(row->key)) == SP_OK)
        return row;
    sp_slab_give(is_long ? table->long_rows : table->rows, (void **)&row);
    return NULL;
}

static void set_policy(struct sp_session_row *row, const struct sp_session_policy *policy)
{
    row->min_se_s = policy->min_se_s;
    row->ask_s = policy->interval_s;
    row->max_s = policy->max_s;
    row->mode = (uint8_t)policy->mode;
}

static struct sp_session_row *begin(struct sp_session_table *table,
                                    const struct sp_session_heard *heard,
                                    const struct sp_session_key *key, struct sp_wall answered)
{
    char memory[SP_SESSION_ROW_TEXT_LONG];
    struct sp_writer writer;
    struct sp_session_texts texts;
    struct sp_session_row *row = NULL;
    sp_writer_init(&writer, memory, sizeof memory);
    if (sp_session_texts_read(heard, &writer, &texts) == SP_OK)
        row = open_row(table, key, &texts);
    if (row == NULL) {
        table->counters.full++;
        return NULL;
    }
    table->counters.begun++;
    sp_session_init(&row->session, SP_SESSION_OF_PROXY, true, 0);
    row->began = heard->began;
    row->answered = answered;
    row->ends_by_bye = heard->ends_by_bye;
    set_policy(row, heard->policy);
    return row;
}

/* A target refresh (RFC 3261 §12.2): what does not fit leaves the old Contact. */
static void refresh_contacts(struct sp_session_row *row, const struct sp_session_heard *heard,
                             bool is_caller)
{
    const enum sp_session_text of_request =
        is_caller ? SP_SESSION_TEXT_CALLER_CONTACT : SP_SESSION_TEXT_CALLEE_CONTACT;
    const enum sp_session_text of_response =
        is_caller ? SP_SESSION_TEXT_CALLEE_CONTACT : SP_SESSION_TEXT_CALLER_CONTACT;
    const struct sp_session_texts old = sp_session_row_texts(row);
    struct sp_session_texts texts = old;
    if (!sp_span_is_absent(heard->asked.contact))
        texts.list[of_request] = heard->asked.contact;
    sp_ignore(sp_session_contact_read(heard->response, &texts.list[of_response])); /* stays */
    if (sp_span_equal(texts.list[of_request], old.list[of_request]) &&
        sp_span_equal(texts.list[of_response], old.list[of_response]))
        return;
    if (sp_session_texts_size(&texts) <=
        (row->is_long ? (size_t)SP_SESSION_ROW_TEXT_LONG : (size_t)SP_SESSION_ROW_TEXT))
        sp_session_row_pack(row, &texts);
}

static void note_cseq(struct sp_session_row *row, uint32_t cseq, bool is_caller)
{
    uint32_t *last = is_caller ? &row->caller_cseq : &row->callee_cseq;
    if (cseq > *last)
        *last = cseq;
}

void sp_session_table_keep_unguarded(struct sp_session_table *table, sp_time most)
{
    table->unguarded_most = most;
}

static enum sp_session_ended_by sender_of(const struct sp_session_row *row, bool is_from_first)
{
    return is_from_first == row->is_caller_first ? SP_SESSION_ENDED_BY_CALLER
                                                 : SP_SESSION_ENDED_BY_CALLEE;
}

/* The first 2xx of a dialog has come behind its BYE: the call was, and is over. */
static void close_overtaken(struct sp_session_table *table, struct sp_session_row *row,
                            struct sp_session_over *over, struct sp_wall ended,
                            struct sp_session_record *record)
{
    over->is_told = true;
    table->counters.ended++;
    close_row(table, row, sender_of(row, over->is_from_first), ended, record);
}

bool sp_session_table_heard(struct sp_session_table *table, const struct sp_session_heard *heard,
                            struct sp_moment at, struct sp_session_record *record)
{
    /* A longer one watches over nothing, and would have its row for years (doc/session-timer.md).
     */
    const uint32_t interval_s = heard->interval_s <= SP_SESSION_MAX_S ? heard->interval_s : 0;
    struct sp_session_key key;
    struct sp_session_event event = {
        .kind = SP_SESSION_ANSWERED,
        .facts = {.has_interval = interval_s != 0,
                  .interval_s = interval_s,
                  .refresher = heard->refresher},
    };
    struct sp_session_over *over = NULL;
    give_back(table);
    if (sp_session_key_read(&table->secret, heard->response, &key) != SP_OK)
        return false;
    struct sp_session_row *row = find(table, &key);
    if (row == NULL) {
        const bool is_kept = interval_s != 0 || table->unguarded_most > 0;
        if (heard->asked.method != SP_METHOD_INVITE || !is_kept)
            return false;
        over = sp_session_overs_find(&table->overs, key.halves[0], at.now);
        if (over != NULL && over->is_told)
            return false;
        row = begin(table, heard, &key, at.wall);
    } else {
        refresh_contacts(row, heard, key.is_from_first == row->is_caller_first);
    }
    if (row == NULL)
        return false;
    event.is_mine = key.is_from_first == row->is_caller_first;
    row->proof = at.wall;
    note_cseq(row, heard->asked.cseq, event.is_mine);
    (void)sp_session_step(&row->session, &event, at.now, &table->random); /* WAIT, until its end */
    set_timer(table, row, at.now);
    if (over != NULL)
        close_overtaken(table, row, over, at.wall, record);
    else
        sp_session_row_tell(row, record);
    return true;
}

void sp_session_table_forget(struct sp_session_table *table, struct sp_span call_id,
                             struct sp_span caller_tag, struct sp_span callee_tag)
{
    struct sp_session_key key;
    struct sp_session_record unused;
    struct sp_session_row *row = NULL;
    give_back(table);
    if (sp_session_key_make(&table->secret, call_id, caller_tag, callee_tag, &key) == SP_OK)
        row = find(table, &key);
    if (row != NULL)
        close_row(table, row, SP_SESSION_LIVES, (struct sp_wall){0}, &unused);
    give_back(table);
}

enum sp_err sp_session_table_restore(struct sp_session_table *table,
                                     const struct sp_session_record *record, sp_time now)
{
    struct sp_session_key key;
    sp_session_table_forget(table, record->call_id, record->caller_tag, record->callee_tag);
    if (sp_session_key_make(&table->secret, record->call_id, record->caller_tag, record->callee_tag,
                            &key) != SP_OK)
        return SP_ERR_FULL; /* no dialog that was ever kept */
    const struct sp_session_texts texts = {
        .list = {[SP_SESSION_TEXT_CALL_ID] = record->call_id,
                 [SP_SESSION_TEXT_CALLER_TAG] = record->caller_tag,
                 [SP_SESSION_TEXT_CALLEE_TAG] = record->callee_tag,
                 [SP_SESSION_TEXT_CALLER] = record->caller,
                 [SP_SESSION_TEXT_CALLEE] = record->callee,
                 [SP_SESSION_TEXT_CALLER_CONTACT] = record->caller_contact,
                 [SP_SESSION_TEXT_CALLEE_CONTACT] = record->callee_contact,
                 [SP_SESSION_TEXT_ROUTES] = record->routes,
                 [SP_SESSION_TEXT_ROUTES_BACK] = record->routes_back}};
    struct sp_session_row *row = open_row(table, &key, &texts);
    if (row == NULL)
        return SP_ERR_FULL;
    sp_session_init(&row->session, SP_SESSION_OF_PROXY, true, 0);
    row->session.expires = record->expires;
    row->session.interval_s = record->interval_s;
    row->session.refresher = (uint8_t)record->refresher;
    row->began = record->began;
    row->answered = record->answered;
    row->proof = record->proof;
    row->caller_cseq = record->caller_cseq;
    row->callee_cseq = record->callee_cseq;
    row->ends_by_bye = record->ends_by_bye;
    set_policy(row, &record->policy);
    set_timer(table, row, now);
    table->counters.begun++;
    return SP_OK;
}

enum sp_err sp_session_table_request(struct sp_session_table *table, struct sp_message *request,
                                     struct sp_session_policy *policy)
{
    struct sp_session_key key;
    const struct sp_cseq *cseq = NULL;
    give_back(table);
    if (sp_session_key_read(&table->secret, request, &key) != SP_OK)
        return SP_ERR_ABSENT;
    struct sp_session_row *row = find(table, &key);
    if (row == NULL)
        return SP_ERR_ABSENT;
    if (sp_message_cseq(request, &cseq) == SP_OK)
        note_cseq(row, cseq->number, key.is_from_first == row->is_caller_first);
    *policy = (struct sp_session_policy){.min_se_s = row->min_se_s,
                                         .interval_s = row->ask_s,
                                         .max_s = row->max_s,
                                         .mode = (enum sp_session_mode)row->mode};
    return SP_OK;
}

enum sp_err sp_session_table_ended(struct sp_session_table *table, struct sp_message *bye,
                                   struct sp_moment at, struct sp_session_record *record)
{
    struct sp_session_key key;
    give_back(table);
    if (sp_session_key_read(&table->secret, bye, &key) != SP_OK)
        return SP_ERR_ABSENT;
    struct sp_session_row *row = find(table, &key);
    const struct sp_session_over over = {
        .dialog = key.halves[0], .is_told = row != NULL, .is_from_first = key.is_from_first};
    /* Of two BYEs the first counts, whose row may be told already. */
    if (row != NULL || sp_session_overs_find(&table->overs, over.dialog, at.now) == NULL)
        sp_session_overs_note(&table->overs, &over, at.now);
    if (row == NULL)
        return SP_ERR_ABSENT;
    table->counters.ended++;
    close_row(table, row, sender_of(row, key.is_from_first), at.wall, record);
    return SP_OK;
}

bool sp_session_table_turn(struct sp_session_table *table, struct sp_moment at,
                           struct sp_session_record *record)
{
    give_back(table);
    struct sp_timer *timer = sp_wheel_turn(table->wheel, at.now);
    if (timer == NULL)
        return false;
    struct sp_session_row *row = (struct sp_session_row *)(void *)timer;
    const bool has_timer = row->session.expires != SP_TIME_NEVER;
    *(has_timer ? &table->counters.expired : &table->counters.silent) += 1;
    close_row(table, row, has_timer ? SP_SESSION_ENDED_BY_EXPIRY : SP_SESSION_ENDED_BY_SILENCE,
              at.wall, record);
    return true;
}

sp_time sp_session_table_due(const struct sp_session_table *table)
{
    return sp_wheel_next(table->wheel);
}

bool sp_session_table_next(const struct sp_session_table *table, struct sp_session_cursor *cursor,
                           struct sp_session_record *record)
{
    struct sp_table_entry *entry = sp_table_next(table->keys, &cursor->place, cursor->last);
    cursor->last = entry;
    if (entry == NULL)
        return false;
    sp_session_row_tell(of_entry(entry), record);
    return true;
}

enum sp_err sp_session_table_end(struct sp_session_table *table, struct sp_span call_id,
                                 struct sp_moment at, struct sp_session_record *record)
{
    size_t place = 0;
    struct sp_table_entry *entry = NULL;
    give_back(table);
    while ((entry = sp_table_next(table->keys, &place, entry)) != NULL) {
        struct sp_session_row *row = of_entry(entry);
        if (!sp_span_equal(sp_session_row_texts(row).list[SP_SESSION_TEXT_CALL_ID], call_id))
            continue;
        table->counters.ended++;
        close_row(table, row, SP_SESSION_ENDED_BY_OPERATOR, at.wall, record);
        return SP_OK;
    }
    return SP_ERR_ABSENT;
}

const struct sp_session_table_counters *
sp_session_table_counters(const struct sp_session_table *table)
{
    return &table->counters;
}

size_t sp_session_table_used(const struct sp_session_table *table)
{
    return sp_table_used(table->keys);
}

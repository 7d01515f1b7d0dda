/* SPDX-License-Identifier: Apache-2.0
 *
 * Letters wait in a block of memory for as long as others may come with them, and are then judged
 * one by one in a single transaction; each judgement sees what the ones before it have put.
 */
#include "server/move_writer.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "net/clock.h"
#include "net/mailbox.h"
#include "server/move_judge.h"
#include "server/move_letter.h"
#include "server/move_report.h"
#include "store/store_move.h"

enum {
    BOX_OCTETS = 1 << 20,
    PENDING_OCTETS = 1 << 20,
    KEEP_OVER_S = 86400, /* a 302 that comes again within a day is a renewal */
};

static const sp_time gather = 20 * SP_MILLISECOND; /* how long a letter waits for others */
static const sp_time sweep_pause = 3600 * SP_SECOND;

struct peer_rate {
    char name[SP_MOVE_PEER_MAX];
    size_t name_len;
    struct sp_moves_rate rate;
};

struct sp_move_writer {
    struct sp_store *store;
    struct sp_log *log;
    struct sp_config *config; /* held */
    struct sp_address own[SP_LISTENERS_MAX];
    struct sp_mailbox *mailbox;
    struct sp_alarm *alarm;   /* for what is pending */
    struct sp_alarm *sweeper; /* for what is over */
    atomic_uint_fast64_t lost;
    struct sp_metrics metrics;
    struct sp_move_report report; /* of the batch in hand */

    char *pending; /* letters, each behind its length, aligned */
    size_t pending_len;

    /* Of the letter that is judged. */
    struct sp_wall now;
    struct sp_moves_lesson lesson;
    struct sp_moves_verdict verdict;

    size_t rate_count;
    struct peer_rate rates[SP_PEERS_MAX];
};

/* What is told: of a verdict when it is durable, of a failure at once. */

static void count(struct sp_move_writer *writer, enum sp_metric metric)
{
    sp_metric_add(&writer->report.counts, metric, 1);
}

static void log_verdict(struct sp_move_writer *writer, const char *event, enum sp_log_level level)
{
    const struct sp_moves_verdict *verdict = &writer->verdict;
    struct sp_log_line line;
    sp_log_begin(&line, &writer->report.log, level, event, sp_clock_now());
    sp_log_text(&line, "act",
                verdict->decision == SP_MOVES_REFUSE ? "refused" : sp_audit_act_text(verdict->act));
    sp_log_span(&line, "key", verdict->move.key);
    if (verdict->move.target_count > 0)
        sp_log_span(&line, "target", verdict->move.target[0].uri);
    sp_log_span(&line, "peer", verdict->move.peer);
    sp_log_span(&line, "why", sp_span(verdict->reason, verdict->reason_len));
    sp_log_end(&line);
}

static void log_failure(struct sp_move_writer *writer, enum sp_err err)
{
    struct sp_log_line line;
    sp_metric_add(&writer->metrics, SP_METRIC_MOVE_WRITES_FAILED, 1);
    sp_log_begin(&line, writer->log, SP_LOG_ERROR, "moves-not-written", sp_clock_now());
    sp_log_text(&line, "error", sp_err_text(err));
    sp_log_text(&line, "why", sp_store_complaint(writer->store));
    sp_log_end(&line);
}

/* Peers. */

static const struct sp_peer *find_peer(const struct sp_config *config, struct sp_span name)
{
    for (size_t i = 0; i < config->peer_count; i++) {
        if (sp_span_equal(config->peers[i].name, name))
            return &config->peers[i];
    }
    return NULL;
}

/* How much a peer has taught; NULL: there is no room to count it, and it only suggests. */
static struct sp_moves_rate *find_rate(struct sp_move_writer *writer, struct sp_span name)
{
    for (size_t i = 0; i < writer->rate_count; i++) {
        struct peer_rate *known = &writer->rates[i];
        if (sp_span_equal(sp_span(known->name, known->name_len), name))
            return &known->rate;
    }
    if (writer->rate_count == SP_PEERS_MAX || name.len > SP_MOVE_PEER_MAX)
        return NULL;
    struct peer_rate *added = &writer->rates[writer->rate_count++];
    memcpy(added->name, name.ptr, name.len);
    added->name_len = name.len;
    return &added->rate;
}

static struct sp_moves_policy policy_of(const struct sp_move_writer *writer,
                                        const struct sp_peer *peer)
{
    return (struct sp_moves_policy){
        .peer = peer->name,
        .learn = peer->learn,
        .authority = peer->authority,
        .authority_count = peer->authority_count,
        .allow_private = peer->allow_private,
        .max_age_s = peer->max_age_s,
        .learn_limit = peer->learn_limit,
        .key_rules = &writer->config->key_rules,
        .own = writer->own,
        .own_count = writer->config->listener_count,
    };
}

/* Judgements. */

static void count_lesson(struct sp_move_writer *writer, struct sp_moves_rate *rate)
{
    const struct sp_moves_verdict *verdict = &writer->verdict;
    if (verdict->decision == SP_MOVES_REFUSE) {
        count(writer, SP_METRIC_MOVES_REFUSED);
        log_verdict(writer, "move-refused", SP_LOG_INFO);
        return;
    }
    if (verdict->decision != SP_MOVES_PUT)
        return;
    if (verdict->is_counted && rate != NULL)
        sp_moves_rate_add(rate, writer->now);
    if (verdict->is_over_limit) {
        count(writer, SP_METRIC_MOVES_OVER_LIMIT);
        log_verdict(writer, "learn-limit", SP_LOG_WARNING);
    }
    count(writer, verdict->move.state == SP_MOVE_SUGGESTED ? SP_METRIC_MOVES_SUGGESTED
                                                           : SP_METRIC_MOVES_LEARNED);
    if (verdict->is_told)
        log_verdict(writer, "move", SP_LOG_INFO);
}

static enum sp_err learn(struct sp_move_writer *writer, struct sp_move_batch *batch,
                         const struct sp_moves_proof *proof)
{
    char who[SP_AUDIT_TEXT_MAX];
    struct sp_writer text;
    const struct sp_peer *peer = sp_config_peer(writer->config, &proof->asked_at);
    if (peer == NULL)
        return SP_OK;
    const struct sp_moves_policy policy = policy_of(writer, peer);
    struct sp_moves_rate *const rate = find_rate(writer, peer->name);
    sp_moves_begin(&writer->lesson, proof, &policy, writer->now);
    writer->lesson.is_aside = sp_move_batch_state(batch).is_aside;
    writer->lesson.learned_in_hour =
        rate != NULL ? sp_moves_rate_hour(rate, writer->now) : UINT32_MAX;
    enum sp_err err = sp_move_fill_lesson(&writer->lesson, batch);
    if (err != SP_OK)
        return err;
    sp_moves_judge(&writer->lesson, &writer->verdict);
    sp_writer_init(&text, who, sizeof who);
    sp_write_text(&text, "peer ");
    sp_write_span(&text, sp_span_first(peer->name, SP_MOVE_PEER_MAX));
    err = sp_move_carry_out(&writer->verdict, batch, writer->now, sp_span(who, text.len));
    if (err == SP_OK)
        count_lesson(writer, rate);
    return err;
}

static enum sp_err count_uses(struct sp_move_writer *writer, struct sp_move_batch *batch,
                              const struct sp_move_letter *letter)
{
    struct sp_move move;
    const enum sp_err err = sp_move_batch_find(batch, letter->key, false, &move);
    if (err != SP_OK) /* undone in the meantime */
        return err == SP_ERR_ABSENT || err == SP_ERR_SYNTAX ? SP_OK : err;
    const struct sp_peer *peer = find_peer(writer->config, move.peer);
    const struct sp_moves_result result = {
        .outcome = letter->outcome,
        .times = letter->times,
        .demote_after = peer != NULL ? peer->demote_after : 0,
    };
    sp_moves_count(&move, &result, writer->now, &writer->verdict);
    if (writer->verdict.is_told) {
        if (writer->verdict.act == SP_AUDIT_SUSPECTED)
            count(writer, SP_METRIC_MOVES_SUSPECTED);
        log_verdict(writer, "move", SP_LOG_INFO);
    }
    return sp_move_carry_out(&writer->verdict, batch, writer->now, SP_SPAN("signpost"));
}

/* Batches. */

struct entry {
    size_t len; /* of the letter behind it */
    max_align_t letter[];
};

static size_t entry_octets(size_t len)
{
    const size_t unit = alignof(max_align_t);
    return (sizeof(struct entry) + len + unit - 1) / unit * unit;
}

static void update_gauges(struct sp_move_writer *writer, struct sp_moves_state state)
{
    sp_metric_set(&writer->metrics, SP_METRIC_MOVES, state.moves);
    sp_metric_set(&writer->metrics, SP_METRIC_MOVE_SUGGESTIONS, state.suggestions);
}

static enum sp_err judge_all(struct sp_move_writer *writer, struct sp_move_batch *batch)
{
    enum sp_err err = SP_OK;
    for (size_t at = 0; at < writer->pending_len && err == SP_OK;) {
        const struct entry *entry = (const void *)(writer->pending + at);
        struct sp_move_letter letter;
        sp_move_letter_read(sp_span((const char *)entry->letter, entry->len), &letter);
        writer->now = sp_clock_wall();
        err = letter.kind == SP_MOVE_LETTER_PROOF ? learn(writer, batch, &letter.proof)
                                                  : count_uses(writer, batch, &letter);
        at += entry_octets(entry->len);
    }
    return err;
}

void sp_move_writer_flush(struct sp_move_writer *writer)
{
    struct sp_move_batch *batch = NULL;
    sp_alarm_set(writer->alarm, SP_TIME_NEVER);
    if (writer->pending_len == 0)
        return;
    struct sp_moves_state state = {0};
    sp_move_report_begin(&writer->report, writer->log);
    enum sp_err err = sp_move_batch_begin(writer->store, &batch);
    if (err == SP_OK) {
        err = judge_all(writer, batch);
        state = sp_move_batch_state(batch);
        err = sp_move_batch_end(&batch, err);
    }
    if (err == SP_OK) {
        update_gauges(writer, state);
        sp_move_report_tell(&writer->report, writer->log, &writer->metrics, sp_clock_now());
    } else {
        log_failure(writer, err);
    }
    writer->pending_len = 0;
}

static void flush(void *context)
{
    sp_move_writer_flush(context);
}

static void have_letter(void *context, struct sp_span octets)
{
    struct sp_move_writer *writer = context;
    if (entry_octets(octets.len) > PENDING_OCTETS - writer->pending_len)
        sp_move_writer_flush(writer);
    struct entry *entry = (void *)(writer->pending + writer->pending_len);
    if (writer->pending_len == 0)
        sp_alarm_set(writer->alarm, sp_clock_now() + gather);
    entry->len = octets.len;
    memcpy(entry->letter, octets.ptr, octets.len);
    writer->pending_len += entry_octets(octets.len);
}

void sp_move_writer_look(struct sp_move_writer *writer)
{
    struct sp_store_reader *reader = NULL;
    if (sp_store_reader_new(writer->store, &reader) == SP_OK)
        update_gauges(writer, sp_store_moves_state(reader));
    sp_store_reader_free(&reader);
}

/* Shows the gauges and takes away what is over for long: at the start, and every hour. */
static void sweep(void *context)
{
    struct sp_move_writer *writer = context;
    const struct sp_wall now = sp_clock_wall();
    const struct sp_wall then = {now.unix_ms - INT64_C(1000) * KEEP_OVER_S};
    size_t count = 0;
    const enum sp_err err = sp_move_sweep(writer->store, then, now, &count);
    if (err != SP_OK)
        log_failure(writer, err);
    sp_move_writer_look(writer);
    sp_alarm_set(writer->sweeper,
                 sp_clock_now() + (count == SP_MOVE_SWEEP_MAX ? SP_SECOND : sweep_pause));
}

/* Beginning and end. */

enum sp_err sp_move_writer_new(const struct sp_move_writer_options *options,
                               struct sp_move_writer **writer)
{
    struct sp_move_writer *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->store = options->store;
    made->log = options->log;
    sp_move_report_init(&made->report);
    sp_move_writer_configure(made, options->config);
    enum sp_err err = sp_mailbox_new(options->loop, BOX_OCTETS, have_letter, made, &made->mailbox);
    if (err == SP_OK)
        err = sp_alarm_new(options->loop, flush, made, &made->alarm);
    if (err == SP_OK)
        err = sp_alarm_new(options->loop, sweep, made, &made->sweeper);
    made->pending = malloc(PENDING_OCTETS);
    if (err == SP_OK && made->pending == NULL)
        err = SP_ERR_MEMORY;
    if (err != SP_OK) {
        sp_move_writer_free(&made);
        return err;
    }
    sp_alarm_set(made->sweeper, sp_clock_now()); /* gauges are right from the start */
    *writer = made;
    return SP_OK;
}

void sp_move_writer_free(struct sp_move_writer **writer)
{
    struct sp_move_writer *gone = *writer;
    if (gone == NULL)
        return;
    if (gone->pending != NULL && gone->alarm != NULL)
        sp_move_writer_flush(gone);
    sp_mailbox_free(&gone->mailbox);
    sp_alarm_free(&gone->sweeper);
    sp_alarm_free(&gone->alarm);
    sp_config_release(&gone->config);
    free(gone->pending);
    free(gone);
    *writer = NULL;
}

void sp_move_writer_configure(struct sp_move_writer *writer, struct sp_config *config)
{
    sp_config_hold(config);
    if (writer->config != NULL)
        sp_config_release(&writer->config);
    writer->config = config;
    for (size_t i = 0; i < config->listener_count; i++)
        writer->own[i] = config->listeners[i].address;
}

/* From any thread. */

static enum sp_err put(struct sp_move_writer *writer, const struct sp_move_letter *letter)
{
    char octets[SP_MOVE_LETTER_MAX + SP_KEY_MAX];
    struct sp_writer text;
    sp_writer_init(&text, octets, sizeof octets);
    enum sp_err err = sp_move_letter_write(&text, letter);
    if (err == SP_ERR_RANGE)
        return SP_OK; /* it would be refused, and nobody has to know */
    if (err == SP_OK)
        err = sp_mailbox_put(writer->mailbox, sp_span(octets, text.len), sp_span_absent());
    if (err != SP_OK)
        atomic_fetch_add_explicit(&writer->lost, 1, memory_order_relaxed);
    return err;
}

enum sp_err sp_move_writer_learn(struct sp_move_writer *writer, const struct sp_moves_proof *proof)
{
    const struct sp_move_letter letter = {.kind = SP_MOVE_LETTER_PROOF, .proof = *proof};
    return put(writer, &letter);
}

enum sp_err sp_move_writer_used(struct sp_move_writer *writer, struct sp_span key,
                                enum sp_moves_outcome outcome, uint32_t times)
{
    const struct sp_move_letter letter = {
        .kind = SP_MOVE_LETTER_USES, .key = key, .outcome = outcome, .times = times};
    return put(writer, &letter);
}

const struct sp_metrics *sp_move_writer_metrics(struct sp_move_writer *writer)
{
    sp_metric_set(&writer->metrics, SP_METRIC_MOVE_LETTERS_LOST,
                  atomic_load_explicit(&writer->lost, memory_order_relaxed));
    return &writer->metrics;
}

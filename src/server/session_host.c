/* SPDX-License-Identifier: Apache-2.0
 *
 * Session timers, joined: configuration and memory of peers in, policy out; what the proxy tells
 * goes into the table; what the table says is dead is told, and ended where that is wanted.
 */
#include "server/session_host.h"

#include <stdlib.h>

#include "server/engine_parts.h"
#include "server/session_bye.h"
#include "server/session_kept.h"
#include "store/journal.h"

enum {
    BYE_OCTETS = 8192,
    RESTORE_SPREAD_MS = 60000, /* within which ends that were missed are caught up with */
};

/* A call without a session timer is given up after so long: it keeps its policy, for a refresh that
 * may ask for one, and its record. */
#define UNGUARDED_MOST (43200 * SP_SECOND)

struct sp_session_host {
    struct sp_engine *engine;
    struct sp_session_table *table;
    struct sp_peer_memory peers;
    struct sp_session_policy policy; /* that was asked for last */
};

enum sp_err sp_session_host_new(struct sp_engine *engine, sp_time now,
                                struct sp_session_host **host)
{
    struct sp_session_host *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->engine = engine;
    const struct sp_session_table_options options = {
        .max = engine->transactions_max,
        .key = {sp_random_u64(&engine->random), sp_random_u64(&engine->random)},
    };
    const enum sp_err err = sp_session_table_new(&options, now, &made->table);
    if (err != SP_OK) {
        free(made);
        return err;
    }
    sp_session_table_keep_unguarded(made->table, UNGUARDED_MOST);
    *host = made;
    return SP_OK;
}

static struct sp_moment moment(const struct sp_session_host *host)
{
    return (struct sp_moment){host->engine->turn.now, host->engine->wall};
}

static bool wants_records(const struct sp_session_host *host)
{
    return host->engine->ports.record != NULL && !sp_span_is_absent(host->engine->config->cdr);
}

/* The part of a key up to a line feed, which is taken off. */
static struct sp_span take_part(struct sp_span *key)
{
    const struct sp_span part = sp_span_first(*key, sp_span_find(*key, '\n'));
    *key = sp_span_after(*key, part.len + 1);
    return part;
}

static void forget(struct sp_session_host *host, struct sp_span key)
{
    const struct sp_span call_id = take_part(&key);
    const struct sp_span caller_tag = take_part(&key);
    sp_session_table_forget(host->table, call_id, caller_tag, key);
}

enum sp_err sp_session_host_restore(struct sp_session_host *host, struct sp_span key,
                                    struct sp_span kept, struct sp_moment at)
{
    struct sp_session_record record;
    struct sp_wall deadline;
    if (kept.len == 0) {
        forget(host, key);
        return SP_OK;
    }
    const enum sp_err err = sp_session_kept_read(kept, &record, &deadline);
    if (err != SP_OK)
        return err;
    /* What was to end while nobody was there ends now, but not all in one second. */
    const sp_time least = (sp_time)sp_random_below(&host->engine->random, RESTORE_SPREAD_MS);
    const sp_time left = (deadline.unix_ms - at.wall.unix_ms) * SP_MILLISECOND;
    record.expires = at.now + (left > least * SP_MILLISECOND ? left : least * SP_MILLISECOND);
    return sp_session_table_restore(host->table, &record, at.now);
}

/* A call that has to be ended as a change that makes it, or takes it back when it is over. */
static void tell_change(const struct sp_session_record *record, struct sp_moment at,
                        sp_session_keep *keep, void *context)
{
    char key_text[SP_JOURNAL_KEY_MAX], value_text[SP_SESSION_KEPT_MAX];
    struct sp_writer key_writer, value_writer;
    struct sp_span key, value = sp_span("", 0);
    sp_writer_init(&key_writer, key_text, sizeof key_text);
    sp_writer_init(&value_writer, value_text, sizeof value_text);
    sp_session_key_write(&key_writer, record);
    if (record->ended_by == SP_SESSION_LIVES && record->expires != SP_TIME_NEVER) {
        const sp_time left = record->expires - at.now;
        const struct sp_wall deadline = {at.wall.unix_ms + left / SP_MILLISECOND};
        sp_session_kept_write(&value_writer, record, deadline);
        if (sp_writer_end(&value_writer, &value) != SP_OK)
            return;
    }
    if (sp_writer_end(&key_writer, &key) == SP_OK)
        keep(context, key, value);
}

void sp_session_host_keep_all(const struct sp_session_host *host, sp_session_keep *keep,
                              void *context)
{
    struct sp_session_cursor cursor = {0};
    struct sp_session_record record;
    while (sp_session_table_next(host->table, &cursor, &record))
        if (record.ends_by_bye)
            tell_change(&record, moment(host), keep, context);
}

static void keep(struct sp_session_host *host, const struct sp_session_record *record)
{
    const struct sp_engine_ports *ports = &host->engine->ports;
    if (ports->keep != NULL)
        tell_change(record, moment(host), ports->keep, ports->context);
}

/* A call is over: its record is written, and nothing is kept of it. */
static void close_call(struct sp_session_host *host, const struct sp_session_record *record)
{
    char text[SP_SESSION_LINE_MAX];
    struct sp_writer writer;
    struct sp_span line;
    if (record->ends_by_bye && record->interval_s != 0)
        keep(host, record);
    if (!wants_records(host))
        return;
    sp_writer_init(&writer, text, sizeof text);
    sp_session_line_write(&writer, record);
    if (sp_writer_end(&writer, &line) == SP_OK)
        host->engine->ports.record(host->engine->ports.context, line);
    else
        sp_metric_add(&host->engine->metrics, SP_METRIC_RECORDS_LOST, 1);
}

void sp_session_host_free(struct sp_session_host **host)
{
    struct sp_session_host *gone = *host;
    *host = NULL;
    if (gone == NULL)
        return;
    sp_session_table_free(&gone->table);
    free(gone);
}

static const struct sp_session_timer *timer_of(const struct sp_session_host *host,
                                               const struct sp_domain *domain,
                                               const struct sp_address *source)
{
    const struct sp_config *config = host->engine->config;
    return sp_config_session_timer(config, domain, sp_config_peer(config, source));
}

/* What the configuration says; false: it leaves timers alone. */
static bool read_policy(const struct sp_session_timer *timer, struct sp_session_policy *policy)
{
    if (timer->mode == SP_TIMER_MODE_OFF)
        return false;
    *policy = (struct sp_session_policy){
        .min_se_s = timer->min_se_s,
        .interval_s = timer->session_expires_s,
        .max_s = timer->max_session_expires_s,
        .mode = timer->mode == SP_TIMER_MODE_OBSERVE ? SP_SESSION_OBSERVE : SP_SESSION_ON,
    };
    return true;
}

/* What a peer of the domain has demanded counts as our own minimum, so that who calls is told at
 * once; above our longest interval it is the caller's and the peer's business. */
static void use_demand(struct sp_session_host *host, const struct sp_dispatch_request *request)
{
    struct sp_session_policy *policy = &host->policy;
    const struct sp_span domain = request->way != NULL ? request->way->uri.host : sp_span_absent();
    const uint32_t min_se_s = sp_peer_memory_min_se(&host->peers, domain, host->engine->wall);
    if (policy->mode == SP_SESSION_ON && min_se_s > policy->min_se_s && min_se_s <= policy->max_s)
        policy->min_se_s = min_se_s;
}

/* That of a request outside every dialog that we know. */
static const struct sp_session_policy *begin_policy(struct sp_session_host *host,
                                                    const struct sp_dispatch_request *request,
                                                    const struct sp_domain *domain)
{
    const struct sp_address *source = &request->arrival->hop.remote;
    if (!read_policy(timer_of(host, domain, source), &host->policy)) {
        host->policy = (struct sp_session_policy){.mode = SP_SESSION_OFF};
        return wants_records(host) ? &host->policy : NULL;
    }
    use_demand(host, request);
    return &host->policy;
}

bool sp_session_host_refuses(struct sp_session_host *host, struct sp_dispatch_request *request,
                             const struct sp_domain *domain)
{
    struct sp_session_facts facts;
    if (request->message.method != SP_METHOD_INVITE || sp_message_to_tag(&request->message).len > 0)
        return false;
    const struct sp_session_policy *policy = begin_policy(host, request, domain);
    if (policy == NULL || sp_session_facts_read(&request->message, &facts) != SP_OK)
        return false;
    const struct sp_session_verdict verdict = sp_session_judge(SP_SESSION_PROXY, &facts, policy);
    if (verdict.status == 0)
        return false;
    request->fault = (struct sp_fault){verdict.status, "Session Interval Too Small", 0};
    request->min_se_s = verdict.min_se_s;
    sp_metric_add(&host->engine->metrics, SP_METRIC_INTERVALS_REFUSED, 1);
    return true;
}

/* The changes that are counted, and as what. */
static void count_changes(struct sp_session_host *host, unsigned changes)
{
    static const struct {
        enum sp_session_change change;
        enum sp_metric metric;
    } rows[] = {
        {SP_SESSION_RAISES, SP_METRIC_INTERVALS_RAISED},
        {SP_SESSION_LOWERS, SP_METRIC_INTERVALS_LOWERED},
        {SP_SESSION_INSERTS, SP_METRIC_INTERVALS_INSERTED},
        {SP_SESSION_COMPLETES, SP_METRIC_INTERVALS_COMPLETED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((changes & rows[i].change) != 0)
            sp_metric_add(&host->engine->metrics, rows[i].metric, 1);
}

/* In the mode observe nothing was changed: a line says what would have been, and of a call that
 * nobody watches over, that it is at risk. */
static void tell_observed(struct sp_session_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    struct sp_log_line line;
    sp_metric_add(&engine->metrics, SP_METRIC_INTERVALS_OBSERVED, 1);
    sp_log_begin(&line, &engine->log, SP_LOG_INFO, "session-observed", engine->turn.now);
    sp_log_span(&line, "call-id", sp_message_call_id(action->session.response));
    if ((action->session.changes & SP_SESSION_REFUSES) != 0)
        sp_log_number(&line, "would-refuse-under", action->session.wanted_s);
    else if (action->session.wanted_s != 0)
        sp_log_number(&line, "would-be", action->session.wanted_s);
    if ((action->session.changes & SP_SESSION_UNGUARDED) != 0)
        sp_log_text(&line, "risk", "no session timer: it never ends when both sides vanish");
    sp_log_end(&line);
}

void sp_session_host_heard(struct sp_session_host *host, const struct sp_proxy_action *action)
{
    struct sp_engine *engine = host->engine;
    const struct sp_proxy_asked *asked = &action->session.asked;
    const struct sp_domain *domain = NULL;
    struct sp_uri uri;
    struct sp_session_policy policy = {.mode = SP_SESSION_OFF};
    if (sp_uri_parse(asked->uri, &uri) == SP_OK)
        domain = sp_dispatch_domain(&engine->dispatch, uri.host);
    const struct sp_session_timer *timer = timer_of(host, domain, &action->session.source);
    const bool is_observed = action->session.mode == SP_SESSION_OBSERVE;
    const bool is_on = action->session.mode == SP_SESSION_ON;
    sp_ignore(read_policy(timer, &policy)); /* off: a reload has made it so meanwhile */
    const sp_time age = engine->turn.now - action->session.began;
    const struct sp_session_heard heard = {
        .asked = *asked,
        .response = action->session.response,
        .interval_s = action->session.interval_s,
        .refresher = action->session.refresher,
        .began = {engine->wall.unix_ms - age / SP_MILLISECOND},
        .policy = &policy,
        .ends_by_bye = timer->expired == SP_EXPIRED_BYE && is_on,
    };
    struct sp_session_record record;
    if ((action->session.changes & SP_SESSION_UNGUARDED) != 0 && (is_on || is_observed))
        sp_metric_add(&engine->metrics, SP_METRIC_CALLS_UNGUARDED, 1);
    if (is_observed && action->session.changes != 0)
        tell_observed(host, action);
    else if (is_on)
        count_changes(host, action->session.changes);
    if (!sp_session_table_heard(host->table, &heard, moment(host), &record))
        return;
    if (record.ended_by != SP_SESSION_LIVES)
        close_call(host, &record);
    else if (record.ends_by_bye &&
             (record.interval_s != 0 ||
              asked->is_in_dialog)) /* what never had a timer was never kept */
        keep(host, &record);
}

void sp_session_host_refused(struct sp_session_host *host, struct sp_message *response,
                             const struct sp_address *asked)
{
    const struct sp_name_addr *to = NULL;
    struct sp_session_facts facts;
    if (sp_message_to(response, &to) != SP_OK || sp_session_facts_read(response, &facts) != SP_OK ||
        facts.min_se_s == 0 || facts.min_se_s > SP_SESSION_MAX_S)
        return;
    sp_metric_add(&host->engine->metrics, SP_METRIC_DEMANDS_LEARNED, 1);
    sp_peer_memory_learn(&host->peers, to->uri.host, asked, facts.min_se_s, host->engine->wall);
}

const struct sp_session_policy *sp_session_host_request(struct sp_session_host *host,
                                                        struct sp_dispatch_request *request,
                                                        const struct sp_domain *domain)
{
    struct sp_session_record record;
    if (request->message.method != SP_METHOD_BYE)
        return sp_session_table_request(host->table, &request->message, &host->policy) == SP_OK
                   ? &host->policy
                   : begin_policy(host, request, domain);
    if (sp_session_table_ended(host->table, &request->message, moment(host), &record) == SP_OK)
        close_call(host, &record);
    return NULL;
}

static void send_bye(struct sp_session_host *host, const struct sp_session_record *record,
                     bool is_to_caller)
{
    struct sp_engine *engine = host->engine;
    const struct sp_address *local = &engine->config->listeners[0].address;
    char *memory = sp_arena_alloc(&engine->arena, BYE_OCTETS);
    struct sp_writer writer;
    struct sp_span octets;
    if (memory == NULL)
        return;
    sp_writer_init(&writer, memory, BYE_OCTETS);
    sp_session_bye_write(&writer, record, is_to_caller, local, &engine->random);
    if (sp_writer_end(&writer, &octets) == SP_OK)
        sp_proxy_host_originate(engine->proxy, octets, local);
}

/* The end of a call by nobody's BYE. */
static void finish(struct sp_session_host *host, const struct sp_session_record *record)
{
    struct sp_engine *engine = host->engine;
    struct sp_log_line line;
    const bool is_expiry = record->ended_by == SP_SESSION_ENDED_BY_EXPIRY;
    sp_log_begin(&line, &engine->log, SP_LOG_INFO, is_expiry ? "session-expired" : "session-ended",
                 engine->turn.now);
    sp_log_span(&line, "call-id", record->call_id);
    sp_log_span(&line, "from", record->caller);
    sp_log_span(&line, "to", record->callee);
    sp_log_number(&line, "interval", record->interval_s);
    sp_log_number(&line, "lived-s", (record->ended.unix_ms - record->answered.unix_ms) / 1000);
    sp_log_end(&line);
    close_call(host, record);
    if (record->ended_by != SP_SESSION_ENDED_BY_OPERATOR && !(is_expiry && record->ends_by_bye))
        return; /* silence without a timer is no expiry */
    send_bye(host, record, true);
    send_bye(host, record, false);
}

bool sp_session_host_fire(struct sp_session_host *host)
{
    struct sp_session_record record;
    if (!sp_session_table_turn(host->table, moment(host), &record))
        return false;
    finish(host, &record);
    return true;
}

sp_time sp_session_host_due(const struct sp_session_host *host)
{
    return sp_session_table_due(host->table);
}

size_t sp_session_host_end(struct sp_session_host *host, struct sp_span call_id)
{
    struct sp_session_record record;
    size_t count = 0;
    for (; sp_session_table_end(host->table, call_id, moment(host), &record) == SP_OK; count++)
        finish(host, &record);
    return count;
}

const struct sp_session_table *sp_session_host_table(const struct sp_session_host *host)
{
    return host->table;
}

const struct sp_peer_memory *sp_session_host_peers(const struct sp_session_host *host)
{
    return &host->peers;
}

void sp_session_host_count(const struct sp_session_host *host, struct sp_metrics *metrics)
{
    const struct sp_session_table_counters *counters = sp_session_table_counters(host->table);
    sp_metric_set(metrics, SP_METRIC_SESSIONS, sp_session_table_used(host->table));
    sp_metric_set(metrics, SP_METRIC_SESSIONS_EXPIRED, counters->expired);
    sp_metric_set(metrics, SP_METRIC_SESSIONS_FULL, counters->full);
}

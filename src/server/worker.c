/* SPDX-License-Identifier: Apache-2.0
 *
 * How a worker comes and goes, and what the others tell it.
 */
#include "server/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "net/clock.h"
#include "net/entropy.h"
#include "server/worker_parts.h"

enum {
    ARENA_OCTETS = 512 << 10, /* of one message: its fields, unfolded values, Contacts, answer */
    MAILBOX_OCTETS = 4 << 20, /* of letters that wait */
};

static void use_config(struct sp_worker *worker, struct sp_config *config)
{
    const size_t count = worker->shared->count;
    sp_config_release(&worker->config);
    worker->config = config;
    worker->dispatch.config = config;
    worker->dispatch.admission.rate = (uint32_t)((config->answer_limit + count - 1) / count);
    worker->log.level = config->log;
}

/* No new work, but for what has come already. */
static void drain(struct sp_worker *worker)
{
    worker->is_draining = true;
    for (size_t i = 0; i < worker->listener_count; i++)
        sp_udp_take(worker->listeners[i].udp);
    sp_turn_none(worker);
}

static void have_letter(void *context, struct sp_span octets)
{
    struct sp_worker *worker = context;
    struct sp_letter letter;
    SP_CHECK(octets.len >= sizeof letter);
    memcpy(&letter, octets.ptr, sizeof letter);
    switch (letter.kind) {
    case SP_LETTER_DATAGRAM:
        sp_turn_letter(worker, &letter, sp_span_after(octets, sizeof letter));
        break;
    case SP_LETTER_CONFIG:
        use_config(worker, letter.config);
        break;
    case SP_LETTER_DRAIN:
        drain(worker);
        break;
    case SP_LETTER_STOP:
        sp_loop_stop(worker->loop);
        break;
    }
}

/* What a worker stands on: its loop and what waits on it, its reader, its memory. */
static enum sp_err make_parts(struct sp_worker *worker)
{
    enum sp_err err = sp_loop_new(&worker->loop);
    if (err == SP_OK)
        err = sp_mailbox_new(worker->loop, MAILBOX_OCTETS, have_letter, worker, &worker->mailbox);
    if (err == SP_OK)
        err = sp_alarm_new(worker->loop, sp_turn_alarm, worker, &worker->alarm);
    if (err == SP_OK)
        err = sp_store_reader_new(worker->shared->store, &worker->dispatch.routes);
    if (err != SP_OK)
        return err;
    sp_store_reader_pause(worker->dispatch.routes); /* until the first turn */
    worker->arena_memory = malloc(ARENA_OCTETS);
    if (worker->arena_memory == NULL)
        return SP_ERR_MEMORY;
    sp_arena_init(&worker->arena, worker->arena_memory, ARENA_OCTETS);
    return SP_OK;
}

static enum sp_err make_dispatch(struct sp_worker *worker, struct sp_config *config)
{
    struct sp_hash_key key;
    uint8_t seed[16];
    sp_log_init(&worker->log, config->log, worker->shared->sink, worker->shared->sink_context);
    worker->dispatch.tag_key = worker->shared->tag_key;
    worker->dispatch.metrics = &worker->metrics;
    worker->dispatch.log = &worker->log;
    if (sp_entropy_fill(&key, sizeof key) != SP_OK || sp_entropy_fill(seed, sizeof seed) != SP_OK)
        return SP_ERR_IO;
    sp_admission_init(&worker->dispatch.admission, &key, 0);
    sp_config_hold(config);
    use_config(worker, config);
    const struct sp_transactions_limits limits = {.max = config->transactions_max};
    if (!config->keeps_transactions)
        return SP_OK;
    return sp_transactions_new(&limits, seed, sp_clock_now(), &worker->transactions);
}

static enum sp_err open_listeners(struct sp_worker *worker, struct sp_config *config,
                                  size_t *listener)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        struct sp_listener *made = &worker->listeners[i];
        const struct sp_udp_options options = {
            .address = config->listeners[i],
            .shares = (uint16_t)worker->shared->count,
            .joins = worker->index > 0,
            .receive = sp_turn_datagrams,
            .context = made,
        };
        *listener = i;
        made->worker = worker;
        const enum sp_err err = sp_udp_open(worker->loop, &options, &made->udp);
        if (err != SP_OK)
            return err;
        worker->listener_count++;
        if (worker->index == 0)
            config->listeners[i] = sp_udp_address(made->udp);
    }
    return SP_OK;
}

enum sp_err sp_worker_new(const struct sp_worker_shared *shared, size_t index,
                          struct sp_config *config, size_t *listener, struct sp_worker **worker)
{
    struct sp_worker *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->shared = shared;
    made->index = index;
    *listener = SP_LISTENERS_MAX;
    enum sp_err err = make_parts(made);
    if (err == SP_OK)
        err = make_dispatch(made, config);
    if (err == SP_OK)
        err = open_listeners(made, config, listener);
    if (err != SP_OK)
        sp_worker_free(&made);
    else
        *worker = made;
    return err;
}

void sp_worker_free(struct sp_worker **worker)
{
    struct sp_worker *gone = *worker;
    if (gone == NULL)
        return;
    for (size_t i = 0; i < gone->listener_count; i++)
        sp_udp_close(&gone->listeners[i].udp);
    sp_alarm_free(&gone->alarm);
    sp_mailbox_free(&gone->mailbox);
    sp_loop_free(&gone->loop);
    sp_transactions_free(&gone->transactions);
    sp_store_reader_free(&gone->dispatch.routes);
    sp_config_release(&gone->config);
    if (gone->arena_memory != NULL)
        sp_arena_fini(&gone->arena);
    free(gone->arena_memory);
    free(gone);
    *worker = NULL;
}

void sp_worker_run(struct sp_worker *worker)
{
    sp_loop_run(worker->loop);
}

enum sp_err sp_worker_put(struct sp_worker *worker, const struct sp_letter *letter,
                          struct sp_span rest)
{
    return sp_mailbox_put(worker->mailbox, sp_span((const char *)letter, sizeof *letter), rest);
}

enum sp_err sp_worker_configure(struct sp_worker *worker, struct sp_config *config)
{
    const struct sp_letter letter = {.kind = SP_LETTER_CONFIG, .config = config};
    sp_config_hold(config);
    const enum sp_err err = sp_worker_put(worker, &letter, sp_span_absent());
    if (err != SP_OK)
        sp_config_release(&config);
    return err;
}

enum sp_err sp_worker_drain(struct sp_worker *worker)
{
    const struct sp_letter letter = {.kind = SP_LETTER_DRAIN};
    return sp_worker_put(worker, &letter, sp_span_absent());
}

enum sp_err sp_worker_stop(struct sp_worker *worker)
{
    const struct sp_letter letter = {.kind = SP_LETTER_STOP};
    return sp_worker_put(worker, &letter, sp_span_absent());
}

const struct sp_metrics *sp_worker_metrics(const struct sp_worker *worker)
{
    return &worker->metrics;
}

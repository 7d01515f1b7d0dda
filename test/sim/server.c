/* SPDX-License-Identifier: Apache-2.0
 *
 * Engines joined to the virtual network, as server/worker joins them to sockets and mailboxes.
 */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "journal.h"
#include "zone.h"

static void ignore_line(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void begin_message(void *context, const struct sp_hop *hop, struct sp_writer *writer)
{
    struct sim_server *server = ((struct sim_engine *)context)->server;
    (void)hop;
    sp_writer_init(writer, server->octets, sizeof server->octets);
}

static enum sp_err commit_message(void *context, const struct sp_hop *hop,
                                  const struct sp_writer *writer, uint64_t transaction)
{
    const struct sim_server *server = ((struct sim_engine *)context)->server;
    struct sp_span octets;
    const enum sp_err err = sp_writer_end(writer, &octets);
    (void)transaction; /* word of a refusal names the address */
    if (err != SP_OK)
        return err;
    if (!sp_address_is_sendable(&hop->remote))
        return SP_ERR_REFUSED;
    sim_network_send(server->network, &server->node.address, &hop->remote, octets);
    return SP_OK;
}

static enum sp_err choose(void *context, struct sp_hop *hop)
{
    const struct sim_server *server = ((struct sim_engine *)context)->server;
    hop->local = server->node.address;
    return SP_OK;
}

/* The answer comes when it has taken its time, that of a silent server after seconds. */
static enum sp_err ask(void *context, uint64_t question, enum sp_dns_type type, struct sp_span name)
{
    struct sim_engine *engine = context;
    struct sim_server *server = engine->server;
    union sp_dns_record records[SIM_ZONE_RECORDS_MAX];
    struct sp_dns_answer answer;
    sim_zone_ask(type, name, records, &answer);
    const sp_time takes =
        answer.status == SP_DNS_TIMEOUT
            ? 4 * SP_SECOND
            : (sp_time)sp_random_below(&server->network->random, 300) * SP_MILLISECOND;
    for (size_t i = 0; i < SIM_QUESTIONS_MAX; i++) {
        struct sim_question *free_one = &server->questions[i];
        if (free_one->engine != NULL || name.len > sizeof free_one->name)
            continue;
        *free_one = (struct sim_question){engine,   question, type, server->network->now + takes,
                                          name.len, ""};
        memcpy(free_one->name, name.ptr, name.len);
        server->question_count++;
        return SP_OK;
    }
    return SP_ERR_FULL;
}

static void forget(void *context, uint64_t question)
{
    struct sim_engine *engine = context;
    for (size_t i = 0; i < SIM_QUESTIONS_MAX; i++) {
        struct sim_question *asked = &engine->server->questions[i];
        if (asked->engine != engine || asked->id != question)
            continue;
        asked->engine = NULL;
        engine->server->question_count--;
    }
}

static void learn(void *context, const struct sp_moves_proof *proof)
{
    sim_teacher_hear_proof(&((struct sim_engine *)context)->server->teacher, proof);
}

static void used(void *context, const struct sp_move_tally *tally)
{
    sim_teacher_hear_uses(&((struct sim_engine *)context)->server->teacher, tally);
}

static void keep(void *context, struct sp_span key, struct sp_span value)
{
    sim_journal_put(((struct sim_engine *)context)->server, key, value);
}

static enum sp_err pass_on(void *context, size_t owner, const struct sp_arrival *arrival)
{
    struct sim_server *server = ((struct sim_engine *)context)->server;
    if (server->letter_count == SIM_PASSED_MAX)
        return SP_ERR_FULL;
    struct sim_letter *letter = &server->letters[server->letter_count];
    *letter = (struct sim_letter){owner, arrival->hop, arrival->octets.len,
                                  malloc(arrival->octets.len + 1)};
    SP_CHECK(letter->octets != NULL);
    memcpy(letter->octets, arrival->octets.ptr, arrival->octets.len);
    server->letter_count++;
    return SP_OK;
}

/* Hands over what the engines had for each other (one hop is enough, since owners own), and what
 * they have learned. */
static void deliver_letters(struct sim_server *server, sp_time now)
{
    for (size_t i = 0; i < server->letter_count; i++) {
        const struct sim_letter letter = server->letters[i];
        const struct sp_arrival arrival = {.octets = sp_span(letter.octets, letter.len),
                                           .hop = letter.hop};
        struct sp_engine *engine = server->engines[letter.owner].engine;
        sp_engine_begin(engine, now, sim_server_wall(now));
        sp_engine_receive(engine, &arrival);
        sp_engine_end(engine);
        free(letter.octets);
    }
    server->letter_count = 0;
    sim_teacher_write(&server->teacher, sim_server_wall(now));
}

static void receive(void *self, const struct sp_address *source, struct sp_span octets, sp_time now)
{
    struct sim_server *server = self;
    const size_t at = sp_random_below(&server->network->random, server->engine_count);
    const struct sp_arrival arrival = {
        .octets = octets,
        .hop = {.remote = *source, .local = server->node.address, .transport = SP_TRANSPORT_UDP},
    };
    sp_engine_begin(server->engines[at].engine, now, sim_server_wall(now));
    sp_engine_receive(server->engines[at].engine, &arrival);
    sp_engine_end(server->engines[at].engine);
    deliver_letters(server, now);
}

static void answer_questions(struct sim_server *server, sp_time now)
{
    for (size_t i = 0; i < SIM_QUESTIONS_MAX && server->question_count > 0; i++) {
        const struct sim_question asked = server->questions[i];
        union sp_dns_record records[SIM_ZONE_RECORDS_MAX];
        struct sp_dns_answer answer;
        if (asked.engine == NULL || asked.due > now)
            continue;
        server->questions[i].engine = NULL;
        server->question_count--;
        sim_zone_ask(asked.type, sp_span(asked.name, asked.len), records, &answer);
        sp_engine_begin(asked.engine->engine, now, sim_server_wall(now));
        sp_engine_answered(asked.engine->engine, asked.id, &answer);
        sp_engine_end(asked.engine->engine);
    }
}

static void fire(void *self, sp_time now)
{
    struct sim_server *server = self;
    answer_questions(server, now);
    for (size_t i = 0; i < server->engine_count; i++) {
        sp_engine_begin(server->engines[i].engine, now, sim_server_wall(now));
        sp_engine_fire(server->engines[i].engine);
        sp_engine_end(server->engines[i].engine);
    }
    deliver_letters(server, now);
}

static sp_time due(void *self)
{
    const struct sim_server *server = self;
    sp_time first = SP_TIME_NEVER;
    for (size_t i = 0; i < server->engine_count; i++) {
        const sp_time wanted = sp_engine_due(server->engines[i].engine);
        first = wanted < first ? wanted : first;
    }
    for (size_t i = 0; i < SIM_QUESTIONS_MAX && server->question_count > 0; i++) {
        const struct sim_question *asked = &server->questions[i];
        if (asked->engine != NULL && asked->due < first)
            first = asked->due;
    }
    return first;
}

/* One socket hears of it, whichever it was: the engines are told as the kernel would tell. */
static void failed(void *self, const struct sp_address *remote, sp_time now)
{
    struct sim_server *server = self;
    for (size_t i = 0; i < server->engine_count; i++) {
        sp_engine_begin(server->engines[i].engine, now, sim_server_wall(now));
        sp_engine_failed(server->engines[i].engine, 0, remote);
        sp_engine_end(server->engines[i].engine);
    }
    deliver_letters(server, now);
}

static struct sp_hash_key draw_key(struct sim_network *network)
{
    return (struct sp_hash_key){sp_random_u64(&network->random), sp_random_u64(&network->random)};
}

void sim_server_start(struct sim_server *server)
{
    struct sim_network *network = server->network;
    server->tag_key = draw_key(network);
    server->owner_key = draw_key(network);
    for (size_t i = 0; i < server->engine_count; i++) {
        struct sim_engine *engine = &server->engines[i];
        engine->server = server;
        SP_CHECK(sp_store_reader_new(server->store, &engine->reader) == SP_OK);
        const struct sp_engine_ports ports = {
            .context = engine,
            .begin = begin_message,
            .commit = commit_message,
            .choose = choose,
            .pass_on = pass_on,
            .ask = ask,
            .forget = forget,
            .learn = learn,
            .used = used,
            .keep = keep,
            .transports = SP_TRANSPORT_UDP,
            .has_ipv4 = true,
        };
        struct sp_engine_options options = {
            .ports = &ports,
            .config = server->config,
            .routes = engine->reader,
            .tag_key = server->tag_key,
            .owner_key = server->owner_key,
            .index = i,
            .count = server->engine_count,
            .sink = ignore_line,
            .now = network->now,
        };
        memcpy(options.secret, server->node.address.ip, sizeof options.secret); /* its own */
        const uint64_t seed[2] = {sp_random_u64(&network->random), i};
        memcpy(options.seed, seed, sizeof seed);
        SP_CHECK(sp_engine_new(&options, &engine->engine) == SP_OK);
    }
    sim_journal_restore(server);
    server->node.is_down = false;
}

void sim_server_stop(struct sim_server *server)
{
    server->node.is_down = true;
    memset(server->questions, 0, sizeof server->questions);
    server->question_count = 0;
    sim_teacher_forget(&server->teacher);
    for (size_t i = 0; i < server->engine_count; i++) {
        sp_engine_free(&server->engines[i].engine);
        sp_store_reader_free(&server->engines[i].reader);
    }
}

struct sp_config *sim_server_read(const char *name, const char *config)
{
    struct sp_problems problems = {.count = 0};
    struct sp_config *read = NULL;
    if (sp_config_parse(config, &problems, &read) != SP_OK) {
        sp_problems_print(&problems, name, stderr);
        abort(); /* a configuration of the simulation is good */
    }
    return read;
}

void sim_server_open_read(struct sim_server *server, struct sim_network *network, const char *name,
                          const struct sp_address *address, struct sp_config *config)
{
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    struct sp_store_problem problem;
    memset(server, 0, offsetof(struct sim_server, octets));
    server->network = network;
    server->node = (struct sim_node){.name = name,
                                     .address = *address,
                                     .self = server,
                                     .receive = receive,
                                     .fire = fire,
                                     .due = due,
                                     .failed = failed};
    sp_config_hold(config);
    server->config = config;
    server->engine_count = config->workers != 0 ? config->workers : SIM_ENGINES;
    SP_CHECK(server->engine_count <= SIM_ENGINES);
    SP_CHECK(sp_store_open(SP_SPAN("memory:"), &options, &server->store, &problem) == SP_OK);
    server->teacher.config = server->config;
    server->teacher.store = server->store;
    sim_server_start(server);
    sim_network_add(network, &server->node);
}

void sim_server_open(struct sim_server *server, struct sim_network *network, const char *name,
                     const struct sp_address *address, const char *config)
{
    struct sp_config *read = sim_server_read(name, config);
    sim_server_open_read(server, network, name, address, read);
    sp_config_release(&read);
}

void sim_server_close(struct sim_server *server)
{
    if (!server->node.is_down)
        sim_server_stop(server);
    sim_journal_free(server);
    sp_store_close(&server->store);
    sp_config_release(&server->config);
}

void sim_server_route(struct sim_server *server, const struct sp_route *route)
{
    SP_CHECK(sp_store_put_route(server->store, route) == SP_OK);
}

uint64_t sim_server_metric(const struct sim_server *server, enum sp_metric metric)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < server->engine_count && !server->node.is_down; i++)
        sum += sp_metric_get(sp_engine_metrics(server->engines[i].engine), metric);
    return sum;
}

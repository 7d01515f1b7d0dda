/* SPDX-License-Identifier: Apache-2.0
 *
 * Any datagram through a redirect server with a store in memory. What it answers must be a response
 * that it could read itself, to an address that something may be sent to, and no ACK or response is
 * ever answered.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "base/check.h"
#include "server/dispatch.h"

enum {
    ARENA_OCTETS = 512 << 10,
    ANSWER_OCTETS = 64 << 10,
};

static const char configuration[] = "tel-domain = \"example.com\"\n"
                                    "domain \"example.com\" { role = redirect  open = yes }\n"
                                    "domain \"example.org\" { role = redirect }\n";

struct server {
    struct sp_config *config;
    struct sp_store *store;
    struct sp_dispatch dispatch;
    struct sp_metrics metrics;
    struct sp_log log;
    struct sp_arrival arrival;
    char *memory, *answer, *arena_again;
};

static void check_line(void *context, enum sp_log_level level, struct sp_span line)
{
    (void)context;
    (void)level;
    for (size_t i = 0; i < line.len; i++)
        SP_CHECK(line.ptr[i] >= ' ' && line.ptr[i] <= '~');
}

static void put(struct server *server, enum sp_route_kind kind, const char *key, const char *to)
{
    const struct sp_route route = {
        .kind = kind,
        .key = sp_span_of(key),
        .code = 302,
        .target_count = 1,
        .target = {{.uri = sp_span_of(to), .has_q = true, .q = 500}},
    };
    SP_CHECK(sp_store_put_route(server->store, &route) == SP_OK);
}

static void *take_memory(size_t size)
{
    void *memory = malloc(size);
    SP_CHECK(memory != NULL);
    return memory;
}

static struct server *make(void)
{
    struct server *server = calloc(1, sizeof *server);
    SP_CHECK(server != NULL);
    struct sp_problems problems = {.count = 0};
    struct sp_store_problem problem;
    const struct sp_store_options options = {.mode = SP_STORE_WRITE};
    SP_CHECK(sp_config_parse(configuration, &problems, &server->config) == SP_OK);
    SP_CHECK(sp_store_open(SP_SPAN("memory:"), &options, &server->store, &problem) == SP_OK);
    put(server, SP_ROUTE_EXACT, "user@example.com", "sip:user@new.example.net");
    put(server, SP_ROUTE_PREFIX, "1@example.com", "sip:{user}@gw.example.net");
    put(server, SP_ROUTE_DOMAIN, "example.org", "sips:{user}@new.example.net;transport=tcp");
    SP_CHECK(sp_store_reader_new(server->store, &server->dispatch.routes) == SP_OK);
    sp_log_init(&server->log, SP_LOG_DEBUG, check_line, NULL);
    server->dispatch.config = server->config;
    server->dispatch.metrics = &server->metrics;
    server->dispatch.log = &server->log;
    sp_admission_init(&server->dispatch.admission, &server->dispatch.tag_key, 1000);
    server->arrival.hop.remote =
        (struct sp_address){.family = SP_FAMILY_IPV4, .port = 5060, .ip = {127, 0, 0, 1}};
    server->arrival.hop.local = server->arrival.hop.remote;
    server->memory = take_memory(ARENA_OCTETS);
    server->arena_again = take_memory(ARENA_OCTETS);
    server->answer = take_memory(ANSWER_OCTETS);
    return server;
}

/* The answer as whoever asked will read it. */
static void check_answer(struct server *server, struct sp_span octets)
{
    struct sp_arena arena;
    struct sp_message message;
    struct sp_fault fault;
    sp_arena_init(&arena, server->arena_again, ARENA_OCTETS);
    if (sp_message_parse(octets, SP_FRAMING_DATAGRAM, SP_MESSAGE_OCTETS_MAX, &arena, &message,
                         &fault) == SP_OK)
        SP_CHECK(!message.is_request && message.status >= 200);
    SP_CHECK(sp_span_has_prefix(octets, SP_SPAN("SIP/2.0 ")));
    sp_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct server *server; /* made once: it keeps nothing of a datagram */
    if (server == NULL)
        server = make();
    struct sp_arena arena;
    struct sp_dispatch_request request;
    struct sp_writer writer;
    struct sp_span octets;
    struct sp_dispatch_answer answer = {.writer = &writer};
    sp_arena_init(&arena, server->memory, ARENA_OCTETS);
    const struct sp_turn turn = {.now = 0, .arena = &arena};
    server->arrival.octets = sp_span((const char *)data, size);
    if (sp_dispatch_read(&server->dispatch, &server->arrival, &turn, &request) !=
        SP_DISPATCH_REQUEST)
        goto out;
    SP_CHECK(request.message.method != SP_METHOD_ACK);
    sp_writer_init(&writer, server->answer, ANSWER_OCTETS);
    if (sp_dispatch_decide(&server->dispatch, &request, &turn, &answer) != SP_OK)
        goto out;
    SP_CHECK(sp_writer_end(&writer, &octets) == SP_OK);
    SP_CHECK(sp_address_is_sendable(&answer.destination));
    check_answer(server, octets);
out:
    sp_arena_fini(&arena);
    return 0;
}

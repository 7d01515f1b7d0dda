/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests only: an engine without a network, whose time is moved by hand. Everybody is 192.0.2.N
 * and known by N; the engine is 5. What it sends is kept, the last message to each.
 */
#ifndef SP_TEST_SUPPORT_ENGINE_STAGE_H
#define SP_TEST_SUPPORT_ENGINE_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/engine_parts.h"

enum {
    STAGE_SELF = 5,
    STAGE_HOSTS = 16,
    STAGE_OCTETS = 4096, /* of a message that is kept */
};

struct engine_stage {
    struct sp_store *store;
    struct sp_store_reader *reader;
    struct sp_engine *engine;
    sp_time now;
    enum sp_transport transport;          /* that all messages come by */
    unsigned sent_count[STAGE_HOSTS];     /* messages to each */
    char sent[STAGE_HOSTS][STAGE_OCTETS]; /* the last of them */
    unsigned line_count;                  /* of the log */
    char line[1200];                      /* the last of them */
    char writing[1 << 16];
};

static inline struct sp_address stage_address(unsigned host)
{
    return (struct sp_address){
        .family = SP_FAMILY_IPV4, .port = 5060, .ip = {192, 0, 2, (uint8_t)host}};
}

static inline void stage_begin_message(void *context, const struct sp_hop *hop,
                                       struct sp_writer *writer)
{
    struct engine_stage *stage = context;
    (void)hop;
    sp_writer_init(writer, stage->writing, sizeof stage->writing);
}

static inline enum sp_err stage_commit(void *context, const struct sp_hop *hop,
                                       const struct sp_writer *writer, uint64_t transaction)
{
    struct engine_stage *stage = context;
    const unsigned host = hop->remote.ip[3] % STAGE_HOSTS;
    (void)transaction;
    stage->sent_count[host]++;
    snprintf(stage->sent[host], STAGE_OCTETS, "%.*s", (int)writer->len, writer->ptr);
    return SP_OK;
}

static inline enum sp_err stage_choose(void *context, struct sp_hop *hop)
{
    (void)context;
    hop->local = stage_address(STAGE_SELF);
    return SP_OK;
}

static inline void stage_log(void *context, enum sp_log_level level, struct sp_span line)
{
    struct engine_stage *stage = context;
    if (level > SP_LOG_WARNING)
        return;
    stage->line_count++;
    snprintf(stage->line, sizeof stage->line, "%.*s", (int)line.len, line.ptr);
}

/* With these lines, and a listener of its own. */
static inline void stage_open_engine(struct engine_stage *stage, const char *lines)
{
    const struct sp_engine_ports ports = {.context = stage,
                                          .begin = stage_begin_message,
                                          .commit = stage_commit,
                                          .choose = stage_choose,
                                          .transports = SP_TRANSPORT_UDP | SP_TRANSPORT_TCP,
                                          .has_ipv4 = true};
    const struct sp_store_options store = {.mode = SP_STORE_WRITE};
    struct sp_problems problems = {.count = 0};
    struct sp_store_problem problem;
    struct sp_config *config = NULL;
    char text[1024];
    memset(stage, 0, sizeof *stage);
    stage->now = 1000 * SP_SECOND;
    stage->transport = SP_TRANSPORT_UDP;
    snprintf(text, sizeof text, "listen = { \"udp:192.0.2.5:5060\", \"tcp:192.0.2.5:5060\" }\n%s",
             lines);
    if (sp_config_parse(text, &problems, &config) != SP_OK)
        fail_msg("the configuration cannot be read: %s", lines);
    assert_int_equal(sp_store_open(SP_SPAN("memory:"), &store, &stage->store, &problem), SP_OK);
    assert_int_equal(sp_store_reader_new(stage->store, &stage->reader), SP_OK);
    const struct sp_engine_options options = {.ports = &ports,
                                              .config = config,
                                              .routes = stage->reader,
                                              .count = 1,
                                              .seed = {1},
                                              .sink = stage_log,
                                              .sink_context = stage,
                                              .now = stage->now};
    assert_int_equal(sp_engine_new(&options, &stage->engine), SP_OK);
    sp_config_release(&config);
}

static inline void stage_close_engine(struct engine_stage *stage)
{
    sp_engine_free(&stage->engine);
    sp_store_reader_free(&stage->reader);
    sp_store_close(&stage->store);
}

static inline void stage_begin_turn(struct engine_stage *stage)
{
    const struct sp_wall wall = {1700000000000 + stage->now / SP_MILLISECOND};
    sp_engine_begin(stage->engine, stage->now, wall);
}

static inline void stage_receive(struct engine_stage *stage, unsigned from, const char *text)
{
    const struct sp_arrival arrival = {
        .octets = sp_span_of(text),
        .hop = {.remote = stage_address(from),
                .local = stage_address(STAGE_SELF),
                .transport = stage->transport},
    };
    stage_begin_turn(stage);
    sp_engine_receive(stage->engine, &arrival);
    sp_engine_end(stage->engine);
}

/* Lets time pass, with all timers. */
static inline void stage_wait(struct engine_stage *stage, int64_t ms)
{
    const sp_time until = stage->now + ms * SP_MILLISECOND;
    while (stage->now < until) {
        const sp_time due = sp_engine_due(stage->engine);
        const sp_time next = due > stage->now ? due : stage->now + SP_MILLISECOND;
        stage->now = next < until ? next : until;
        stage_begin_turn(stage);
        sp_engine_fire(stage->engine);
        sp_engine_end(stage->engine);
    }
}

/* What comes behind the name of a header field in a message; empty: it has none. */
static inline const char *stage_field(const char *message, const char *name, char value[512])
{
    const char *at = strstr(message, name);
    value[0] = '\0';
    if (at != NULL)
        snprintf(value, 512, "%.*s", (int)strcspn(at + strlen(name), "\r"), at + strlen(name));
    return value;
}

/* A request that comes from a host: `fields` are more header fields, and may be empty. */
static inline void stage_ask(struct engine_stage *stage, unsigned from, const char *line,
                             const char *fields)
{
    static unsigned branch;
    char text[STAGE_OCTETS];
    branch++;
    snprintf(text, sizeof text,
             "%s SIP/2.0\r\nVia: SIP/2.0/%s 192.0.2.%u;branch=z9hG4bK%u\r\nMax-Forwards: 70\r\n"
             "CSeq: %u %.*s\r\nContact: <sip:192.0.2.%u>\r\n%sContent-Length: 0\r\n\r\n",
             line, stage->transport == SP_TRANSPORT_TCP ? "TCP" : "UDP", from, branch, branch,
             (int)strcspn(line, " "), line, from, fields);
    stage_receive(stage, from, text);
}

/* The answer of a host to what was sent to it last. */
static inline void stage_answer(struct engine_stage *stage, unsigned from, const char *status)
{
    const char *const request = stage->sent[from];
    char text[STAGE_OCTETS];
    int len = snprintf(text, sizeof text, "SIP/2.0 %s\r\n", status);
    for (const char *line = strstr(request, "\r\n"); line != NULL && line[2] != '\r';
         line = strstr(line + 2, "\r\n")) {
        static const char *const kept[] = {"Via:", "Record-Route:", "From:", "Call-ID:", "CSeq:"};
        const int size = (int)strcspn(line + 2, "\r");
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
            if (strncmp(line + 2, kept[i], strlen(kept[i])) == 0)
                len += snprintf(text + len, sizeof text - (size_t)len, "%.*s\r\n", size, line + 2);
        if (strncmp(line + 2, "To:", 3) == 0)
            len += snprintf(text + len, sizeof text - (size_t)len, "%.*s%s\r\n", size, line + 2,
                            strstr(line + 2, ";tag=") < line + 2 + size &&
                                    strstr(line + 2, ";tag=") != NULL
                                ? ""
                                : ";tag=b");
    }
    snprintf(text + len, sizeof text - (size_t)len,
             "Contact: <sip:192.0.2.%u>\r\nContent-Length: 0\r\n\r\n", from);
    stage_receive(stage, from, text);
}

static inline uint64_t stage_metric(const struct engine_stage *stage, enum sp_metric which)
{
    return sp_engine_metrics(stage->engine)->value[which];
}

#endif

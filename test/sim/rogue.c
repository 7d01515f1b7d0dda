/* SPDX-License-Identifier: Apache-2.0
 *
 * The bad peer's answers, one function for each kind.
 */
#include "rogue.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "signpost/sip/response.h"

enum {
    OCTETS_MAX = 65535,
    CONTACTS = 20,
    TEXT_MAX = 8192,
};

struct reply {
    uint16_t status;
    const char *fields;
};

static void answer(struct sim_rogue *rogue, struct sp_message *request,
                   const struct sp_address *source, const struct reply *reply)
{
    char text[TEXT_MAX];
    char tag[24];
    struct sp_writer writer;
    struct sp_span octets;
    snprintf(tag, sizeof tag, "r%u", (unsigned)sp_random_below(&rogue->random, 1000));
    const struct sp_response_head head = {
        .request = request, .status = reply->status, .to_tag = sp_span_of(tag)};
    sp_writer_init(&writer, text, sizeof text);
    sp_response_begin(&writer, &head);
    sp_write_text(&writer, reply->fields);
    sp_response_end(&writer, sp_span_absent(), sp_span_absent());
    if (sp_writer_end(&writer, &octets) == SP_OK)
        sim_network_send(rogue->network, &rogue->node.address, source, octets);
}

/* Twenty Contacts that nobody has heard of, all of them here. */
static void answer_new_contacts(struct sim_rogue *rogue, struct sp_message *request,
                                const struct sp_address *source)
{
    char fields[TEXT_MAX / 2];
    char here[SP_ADDRESS_TEXT_MAX];
    size_t len = 0;
    sp_address_text(&rogue->node.address, here);
    for (unsigned i = 0; i < CONTACTS; i++)
        len += (size_t)snprintf(fields + len, sizeof fields - len,
                                "Contact: <sip:n%llu@%s>;q=0.%u\r\n",
                                (unsigned long long)rogue->named++, here, i % 10);
    answer(rogue, request, source, &(struct reply){302, fields});
}

static void answer_contact(struct sim_rogue *rogue, struct sp_message *request,
                           const struct sp_address *source, const char *uri)
{
    char fields[512];
    const bool is_301 = sp_random_below(&rogue->random, 2) == 0;
    snprintf(fields, sizeof fields, "Contact: <%s>%s\r\n", uri,
             sp_random_below(&rogue->random, 2) == 0 ? ";expires=20" : "");
    answer(rogue, request, source, &(struct reply){is_301 ? 301 : 302, fields});
}

static void answer_rubbish(struct sim_rogue *rogue, const struct sp_address *source)
{
    char octets[64];
    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (char)sp_random_below(&rogue->random, 256);
    memcpy(octets, "SIP/2.0 200 ", 12);
    sim_network_send(rogue->network, &rogue->node.address, source, sp_span(octets, sizeof octets));
}

static void answer_invite(struct sim_rogue *rogue, struct sp_message *request,
                          const struct sp_address *source)
{
    static const struct reply replies[] = {
        {100, ""},
        {180, ""},
        {183, "Require: 100rel\r\nRSeq: 4294967295\r\n"},
        {302, ""},
        {302, "Contact: <tel:+15550000001>, <http://www.example.com/>\r\n"},
        {301, "Contact: <sip:a@192.0.2.99?Replaces=x&Route=y;method=BYE>, <sip:\r\n"},
        {302, "Contact: <sip:nobody@192.0.2.99:5060;maddr=255.255.255.255>\r\n"},
        {305, "Contact: <sip:192.0.2.99>\r\n"},
        {401, "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n"},
        {404, ""},
        {422, "Min-SE: 1800\r\n"},
        {422, ""},
        {422, "Min-SE: 4294967295\r\n"},
        {486, ""},
        {491, ""},
        {503, "Retry-After: 1\r\n"},
        {603, ""},
        {699, ""},
        {200, "Contact: <sip:rogue@192.0.2.3:5060>\r\n"},
        {200, "Contact: <sip:rogue@192.0.2.3:5060>\r\nSession-Expires: 90;refresher=uac\r\n"},
        {200, ""},
    };
    const size_t count = sizeof replies / sizeof replies[0];
    const uint64_t drawn = sp_random_below(&rogue->random, count + 8);
    if (drawn < count)
        answer(rogue, request, source, &replies[drawn]);
    else if (drawn < count + 3)
        answer_new_contacts(rogue, request, source);
    else if (drawn == count + 3)
        answer_contact(rogue, request, source, rogue->elsewhere);
    else if (drawn == count + 4)
        answer_contact(rogue, request, source, rogue->back);
    else if (drawn == count + 5)
        answer_rubbish(rogue, source);
}

static void keep(struct sim_rogue *rogue, const struct sp_message *request,
                 const struct sp_address *source)
{
    if (request->octets.len > SIM_ROGUE_OCTETS_MAX)
        return;
    const size_t at = rogue->kept_at++ % SIM_ROGUE_KEPT_MAX;
    rogue->kept[at].source = *source;
    rogue->kept[at].len = request->octets.len;
    memcpy(rogue->kept[at].octets, request->octets.ptr, request->octets.len);
}

static struct sp_message *read_request(struct sim_rogue *rogue, struct sp_span octets)
{
    struct sp_message *message = sp_arena_alloc(&rogue->arena, sizeof *message);
    struct sp_fault fault;
    if (message == NULL ||
        sp_message_parse(octets, SP_FRAMING_DATAGRAM, OCTETS_MAX, &rogue->arena, message, &fault) !=
            SP_OK ||
        !message->is_request)
        return NULL;
    return message;
}

/* The INVITE of a CANCEL gets its 487, if it is still known; now and then it does not. */
static void answer_cancelled(struct sim_rogue *rogue, const struct sp_message *cancel)
{
    const struct reply cancelled = {487, ""};
    for (size_t i = 0; i < SIM_ROGUE_KEPT_MAX; i++) {
        if (rogue->kept[i].len == 0)
            continue;
        struct sp_message *invite =
            read_request(rogue, sp_span(rogue->kept[i].octets, rogue->kept[i].len));
        if (invite != NULL &&
            sp_span_equal(sp_message_call_id(invite), sp_message_call_id(cancel)) &&
            sp_random_below(&rogue->random, 4) > 0)
            answer(rogue, invite, &rogue->kept[i].source, &cancelled);
    }
}

static void receive(void *self, const struct sp_address *source, struct sp_span octets, sp_time now)
{
    struct sim_rogue *rogue = self;
    const struct reply ok = {200, ""};
    (void)now;
    sp_arena_reset(&rogue->arena);
    struct sp_message *request = read_request(rogue, octets);
    if (request == NULL || request->method == SP_METHOD_ACK)
        return;
    if (request->method == SP_METHOD_INVITE) {
        keep(rogue, request, source);
        answer_invite(rogue, request, source);
        return;
    }
    if (sp_random_below(&rogue->random, 8) > 0)
        answer(rogue, request, source, &ok);
    if (request->method == SP_METHOD_CANCEL)
        answer_cancelled(rogue, request);
}

static void fire(void *self, sp_time now)
{
    (void)self;
    (void)now;
}

static sp_time due(void *self)
{
    (void)self;
    return SP_TIME_NEVER;
}

static void failed(void *self, const struct sp_address *remote, sp_time now)
{
    (void)self;
    (void)remote;
    (void)now;
}

void sim_rogue_open(struct sim_rogue *rogue, struct sim_network *network, const char *name,
                    const struct sp_address *address)
{
    uint8_t seed[16] = {0};
    const uint64_t drawn = sp_random_u64(&network->random);
    memset(rogue, 0, offsetof(struct sim_rogue, memory));
    memcpy(seed, &drawn, sizeof drawn);
    sp_random_init(&rogue->random, seed);
    rogue->network = network;
    rogue->node = (struct sim_node){.name = name,
                                    .address = *address,
                                    .self = rogue,
                                    .receive = receive,
                                    .fire = fire,
                                    .due = due,
                                    .failed = failed};
    sp_arena_init(&rogue->arena, rogue->memory, sizeof rogue->memory);
    sim_network_add(network, &rogue->node);
}

void sim_rogue_close(struct sim_rogue *rogue)
{
    sp_arena_fini(&rogue->arena);
}

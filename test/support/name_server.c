/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions and answers of RFC 1035 as far as a test needs them: one question a packet, answers
 * without compression but for the owner, which points at the question.
 */
#include "support/name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/check.h"
#include "support/zone.h"

enum {
    HEADER = 12,
    PACKET = 4096,
    SLOW_MS = 250,
    QUIT = 4, /* octets of the datagram that ends the thread: less than a header */
};

struct packet {
    uint8_t octets[PACKET];
    size_t len;
};

static void put(struct packet *packet, const void *octets, size_t len)
{
    SP_CHECK(packet->len + len <= PACKET);
    memcpy(packet->octets + packet->len, octets, len);
    packet->len += len;
}

static void put_u16(struct packet *packet, unsigned value)
{
    put(packet, (const uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void put_string(struct packet *packet, struct sp_span text)
{
    put(packet, (const uint8_t[]){(uint8_t)text.len}, 1);
    put(packet, text.ptr, text.len);
}

static void put_name(struct packet *packet, struct sp_span name)
{
    while (name.len > 0) {
        const size_t dot = sp_span_find(name, '.');
        put_string(packet, sp_span_first(name, dot));
        name = sp_span_after(name, dot + 1);
    }
    put(packet, "", 1);
}

static void put_record(struct packet *packet, enum sp_dns_type type,
                       const union sp_dns_record *record)
{
    put_u16(packet, 0xc000 | HEADER); /* the owner: the question's name */
    put_u16(packet, type);
    put_u16(packet, 1);
    put_u16(packet, 0);
    put_u16(packet, ZONE_TTL_S);
    const size_t at = packet->len;
    put_u16(packet, 0);
    switch (type) {
    case SP_DNS_A:
        put(packet, record->address.ip, 4);
        break;
    case SP_DNS_AAAA:
        put(packet, record->address.ip, 16);
        break;
    case SP_DNS_SRV:
        put_u16(packet, record->srv.priority);
        put_u16(packet, record->srv.weight);
        put_u16(packet, record->srv.port);
        put_name(packet, record->srv.target);
        break;
    case SP_DNS_NAPTR:
        put_u16(packet, record->naptr.order);
        put_u16(packet, record->naptr.preference);
        put_string(packet, record->naptr.flags);
        put_string(packet, record->naptr.services);
        put_string(packet, SP_SPAN(""));
        put_name(packet, record->naptr.replacement);
        break;
    }
    const size_t len = packet->len - at - 2;
    packet->octets[at] = (uint8_t)(len >> 8);
    packet->octets[at + 1] = (uint8_t)len;
}

/* The name of the question, and where its type stands. */
static size_t read_question(const struct packet *question, char name[300])
{
    size_t at = HEADER, len = 0;
    while (at < question->len && question->octets[at] != 0 && len + 64 < 300) {
        const size_t label = question->octets[at++];
        if (len > 0)
            name[len++] = '.';
        for (size_t i = 0; i < label && at < question->len; i++)
            name[len++] = sp_ascii_lower((char)question->octets[at++]);
    }
    name[len] = '\0';
    return at + 1;
}

static void begin_answer(const struct packet *question, size_t question_end, struct packet *answer)
{
    answer->len = 0;
    put(answer, question->octets, question_end);
    answer->octets[2] = 0x81; /* an answer, recursion was desired */
    answer->octets[3] = 0x80; /* and is available */
    memset(answer->octets + 4, 0, 8);
    answer->octets[5] = 1; /* one question */
}

/* Returns where the question ends. */
static size_t write_answer(const struct name_server *server, const struct packet *question,
                           struct packet *answer)
{
    static _Thread_local struct zone_answer zone;
    char name[300];
    const size_t at = read_question(question, name);
    const enum sp_dns_type type =
        (enum sp_dns_type)(question->octets[at] << 8 | question->octets[at + 1]);
    begin_answer(question, at + 4, answer);
    if (type != SP_DNS_A && type != SP_DNS_AAAA && type != SP_DNS_SRV && type != SP_DNS_NAPTR)
        return at + 4;
    zone_answer(server->zone, type, sp_span_of(name), &zone);
    for (size_t i = 0; i < zone.answer.count; i++)
        put_record(answer, type, &zone.records[i]);
    answer->octets[7] = (uint8_t)zone.answer.count;
    if (zone.answer.status == SP_DNS_FAILED)
        answer->octets[3] |= 2;
    return at + 4;
}

/* Bends a good answer; false when nothing is to be sent. */
static bool misbehave(const struct name_server *server, size_t question_end, struct packet *answer)
{
    /* Owner, CNAME, IN, a TTL of 60, two octets: the owner again. */
    static const uint8_t alias[] = {0xc0, HEADER, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, HEADER};
    switch (server->manner) {
    case NAME_SERVER_GOOD:
        return true;
    case NAME_SERVER_SILENT:
        return false;
    case NAME_SERVER_SLOW:
        (void)poll(NULL, 0, SLOW_MS); /* a pause is what it is for */
        return true;
    case NAME_SERVER_RUBBISH:
        memset(answer->octets + 2, 0xa7, answer->len - 2);
        return true;
    case NAME_SERVER_WRONG:
        answer->octets[0] ^= 0xff;
        return true;
    case NAME_SERVER_CUT:
        answer->len = answer->len / 2;
        return true;
    case NAME_SERVER_TRUNCATE:
        answer->octets[2] |= 2;
        return true;
    case NAME_SERVER_LOOP:
        answer->octets[HEADER] = 0xc0;
        answer->octets[HEADER + 1] = HEADER;
        return true;
    case NAME_SERVER_SICK:
        answer->octets[3] |= 2;
        answer->octets[7] = 0;
        return true;
    case NAME_SERVER_ALIAS:
        answer->len = question_end;
        answer->octets[7] = 1;
        put(answer, alias, sizeof alias);
        return true;
    }
    return true;
}

static void *serve(void *context)
{
    struct name_server *server = context;
    struct packet question, answer;
    for (;;) {
        struct sockaddr_in from;
        socklen_t from_len = sizeof from;
        const ssize_t len =
            recvfrom(server->fd, question.octets, PACKET, 0, (struct sockaddr *)&from, &from_len);
        if (len <= QUIT)
            return NULL;
        if (len < HEADER + 5)
            continue;
        question.len = (size_t)len;
        atomic_fetch_add(&server->questions, 1);
        const size_t question_end = write_answer(server, &question, &answer);
        if (misbehave(server, question_end, &answer))
            (void)sendto(server->fd, answer.octets, answer.len, 0, (struct sockaddr *)&from,
                         from_len);
    }
}

void name_server_start(struct name_server *server, const char *zone, enum name_server_manner manner)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    server->zone = zone;
    server->manner = manner;
    atomic_init(&server->questions, 0);
    server->fd = socket(AF_INET, SOCK_DGRAM, 0);
    SP_CHECK(server->fd >= 0 && bind(server->fd, (struct sockaddr *)&at, sizeof at) == 0);
    SP_CHECK(getsockname(server->fd, (struct sockaddr *)&at, &len) == 0);
    server->address = (struct sp_address){SP_FAMILY_IPV4, ntohs(at.sin_port), 0, {127, 0, 0, 1}};
    SP_CHECK(pthread_create(&server->thread, NULL, serve, server) == 0);
}

void name_server_stop(struct name_server *server)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons(server->address.port)};
    SP_CHECK(sendto(server->fd, "quit", QUIT, 0, (struct sockaddr *)&at, sizeof at) == QUIT);
    SP_CHECK(pthread_join(server->thread, NULL) == 0);
    SP_CHECK(close(server->fd) == 0);
}
